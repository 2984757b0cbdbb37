// Shows any target: no credential is left in what the server itself would read from it, and
// showing what was shown changes nothing.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/check.h"
#include "core/proto/http/query.h"
#include "core/proto/http/shown_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  const std::string shown = wsb::http::without_credentials(target);
  const std::size_t mark = shown.find('?');
  if (target.find('?') == std::string_view::npos || mark == std::string::npos) return 0;
  const auto query = wsb::http::Query::parse(std::string_view(shown).substr(mark + 1));
  if (!query) return 0;
  for (const std::string_view name : {"token", "access_token", "jwt", "sid", "password"}) {
    for (const std::string_view value : query->all(name)) {
      WSB_CHECK(value.empty() || value == "***");
    }
  }
  if (target.find("://") == std::string_view::npos) {
    WSB_CHECK(wsb::http::without_credentials(shown) == shown);
  }
  return 0;
}

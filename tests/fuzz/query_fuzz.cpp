// The query of a request.
// Holds: no more parameters than the limit and no more bytes than there were; each is found under
// its name; what is refused is no query by its percent signs or its number.

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/proto/http/query.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb;
  const BytesView text = fuzz::FuzzInput(data, size).rest();
  const Result<http::Query> query = http::Query::parse(text);
  if (!query) {
    const bool many = query.error().code == ErrorCode::too_large;
    WSB_CHECK(many || query.error().code == ErrorCode::protocol);
    WSB_CHECK(many || text.find('%') != BytesView::npos);
    return 0;
  }
  WSB_CHECK(query->size() <= limits::kQueryParameters);
  std::size_t bytes = 0;
  for (const std::string_view value : query->all("room")) bytes += value.size();
  WSB_CHECK(bytes <= text.size());
  WSB_CHECK(query->find("room").has_value() == !query->all("room").empty());
  if (query->find("room")) WSB_CHECK(*query->find("room") == query->all("room").front());
  return 0;
}

#include "core/proto/http/shown_target.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "core/base/text.h"
#include "core/proto/http/query.h"

namespace wsb::http {
namespace {

constexpr std::string_view kCut = "***";
constexpr std::array<std::string_view, 10> kSecret{"token", "access_token", "api_key", "apikey",
                                                   "auth",  "authorization", "jwt",    "password",
                                                   "secret", "sid"};

// A name that cannot be decoded might be anything.
bool is_secret(std::string_view name) {
  const std::optional<Bytes> decoded = decode_form(name);
  return !decoded || std::any_of(kSecret.begin(), kSecret.end(), [&](std::string_view secret) {
    return equals_ignore_case(*decoded, secret);
  });
}

// "http://user:password@host/": what is before the '@' of the authority.
std::string_view cut_user(std::string_view url, std::string& out) {
  const std::size_t colon = url.find_first_of(":/?#");  // of the scheme, or there is none
  if (colon == std::string_view::npos || url.substr(colon, 3) != "://") return url;
  const std::size_t begin = colon + 3;
  const std::string_view authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return url;
  out += url.substr(0, begin);
  return url.substr(begin + at + 1);
}

}  // namespace

std::string without_credentials(std::string_view url) {
  std::string out;
  out.reserve(url.size());
  url = cut_user(url, out);
  const std::size_t mark = url.find('?');
  out += url.substr(0, mark);
  if (mark == std::string_view::npos) return out;
  char separator = '?';
  for (const std::string_view part : split(url.substr(mark + 1), '&')) {
    out += separator;
    separator = '&';
    const std::size_t equals = part.find('=');
    const bool cut = equals != std::string_view::npos && is_secret(part.substr(0, equals));
    out += cut ? part.substr(0, equals + 1) : part;
    if (cut) out += kCut;
  }
  return out;
}

}  // namespace wsb::http

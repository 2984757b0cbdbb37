// What people type as a URL.
// Holds: what is accepted can be put into a request, and its full form means the same.

#include "core/base/check.h"
#include "core/proto/http/headers.h"
#include "core/proto/http/url.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb;
  const BytesView text = fuzz::FuzzInput(data, size).rest();
  const Result<http::Url> url = http::parse_url(text);
  if (!url) {
    WSB_CHECK(url.error().code == ErrorCode::malformed_url);
    WSB_CHECK(url.error().message.starts_with("malformed URL '"));
    return 0;
  }
  WSB_CHECK(url->target.starts_with('/'));
  WSB_CHECK(http::is_header_value(url->target) && url->target.find(' ') == std::string::npos);
  WSB_CHECK(!url->host_header().empty() && http::is_header_value(url->host_header()));
  WSB_CHECK(url->port != 0 && url->host.empty() != url->unix_path.empty());

  http::Url expected = *url;
  expected.user_info.clear();
  expected.scheme_guessed = false;
  const Result<http::Url> again = http::parse_url(url->text());
  WSB_CHECK(again && *again == expected);
  return 0;
}

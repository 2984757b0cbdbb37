// What a client asks for only under conditions, and which part of it.
// Holds: a part lies within the whole and is named as it is; a range that is refused or a condition
// that is none leaves the whole; who has it already is told so by every method that only reads.

#include "core/base/check.h"
#include "core/proto/http/range.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;

// "Name: value" lines, as far as they are fields.
http::Headers headers_of(BytesView text) {
  http::Headers headers;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const BytesView line = text.substr(0, end);
    text = end == BytesView::npos ? BytesView() : text.substr(end + 1);
    const std::size_t colon = line.find(": ");
    if (colon == BytesView::npos || !http::is_header_value(line.substr(colon + 2))) continue;
    headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
  }
  return headers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const std::uint64_t total = input.take_byte() * 100ULL;
  const http::Headers headers = headers_of(input.rest());
  http::Validators current;
  current.etag = "\"v1\"";
  current.last_modified = http::sys_seconds(std::chrono::seconds(1'000'000'000));
  const http::sys_seconds now = *current.last_modified + std::chrono::hours(1);

  const http::ByteRange range = http::choose_range(headers, total, current);
  if (range.kind == http::RangeKind::part) {
    WSB_CHECK(range.size > 0 && range.offset < total && range.size <= total - range.offset);
    const std::string named = http::content_range(range, total);
    WSB_CHECK(named.starts_with("bytes " + std::to_string(range.offset) + "-"));
    WSB_CHECK(headers.find("Range").has_value());
  } else if (range.kind == http::RangeKind::whole) {
    WSB_CHECK(range.offset == 0 && range.size == total);
  }

  const auto got = http::judge_preconditions(headers, "GET", current, now);
  WSB_CHECK(got == http::judge_preconditions(headers, "HEAD", current, now));
  WSB_CHECK(http::judge_preconditions(headers, "POST", current, now) !=
            http::Precondition::not_modified);
  for (const char* name : {"If-Match", "If-None-Match", "If-Range", "ETag"}) {
    const std::string etag(headers.find(name).value_or(""));
    if (http::etags_match_strongly(etag, current.etag)) {
      WSB_CHECK(http::etags_match_weakly(current.etag, etag));
    }
  }
  return 0;
}

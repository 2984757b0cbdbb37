#include "core/proto/http/body_reader.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "core/base/text.h"

namespace wsb::http {
namespace {

// RFC 9112 §6.3: a list of equal numbers counts as one.
Result<std::optional<std::uint64_t>> content_length(const Headers& headers) {
  std::optional<std::uint64_t> length;
  for (const std::string_view value : headers.all("Content-Length")) {
    for (const std::string_view member : split(value, ',')) {
      const std::string_view digits = trim(member);
      std::uint64_t number = 0;
      const auto end = digits.data() + digits.size();
      const auto [stop, fault] = std::from_chars(digits.data(), end, number);
      if (fault != std::errc() || stop != end || (length && *length != number)) {
        return make_error(ErrorCode::protocol,
                          "Content-Length is invalid: '" + printable(value) + "'");
      }
      length = number;
    }
  }
  return length;
}

}  // namespace

Result<BodyReader> BodyReader::for_response(const ResponseHead& head, std::size_t max_bytes) {
  BodyReader reader;
  reader.max_bytes_ = max_bytes;
  if (head.status < 200 || head.status == 204 || head.status == 304) {
    reader.done_ = true;
    return reader;
  }
  if (head.headers.contains_token("Transfer-Encoding", "chunked")) {
    reader.framing_ = BodyFraming::chunked;
    return reader;
  }
  Result<std::optional<std::uint64_t>> length = content_length(head.headers);
  if (!length) return std::move(length).error();
  if (!*length) {
    reader.framing_ = BodyFraming::until_close;
    return reader;
  }
  reader.framing_ = BodyFraming::length;
  reader.left_ = **length;
  reader.done_ = reader.left_ == 0;
  return reader;
}

Result<std::size_t> BodyReader::feed(BytesView in) {
  const std::size_t offered = in.size();
  while (!in.empty() && !done_) {
    if (framing_ == BodyFraming::chunked) {
      Result<BytesView> run = chunked_.next(in);
      if (!run) return std::move(run).error();
      keep(*run);
      done_ = done_ || chunked_.done();
    } else if (framing_ == BodyFraming::length) {
      const BytesView run = in.substr(0, std::min<std::uint64_t>(in.size(), left_));
      in.remove_prefix(run.size());
      left_ -= run.size();
      keep(run);
      done_ = done_ || left_ == 0;
    } else {
      keep(in);
      in = {};
    }
  }
  return offered - in.size();
}

void BodyReader::end_of_stream() {
  if (!done_ && framing_ != BodyFraming::until_close) truncated_ = true;
  done_ = true;
}

void BodyReader::keep(BytesView bytes) {
  const std::size_t room = max_bytes_ - body_.size();
  if (bytes.size() > room) {
    truncated_ = true;
    done_ = true;
  }
  body_ += bytes.substr(0, room);
}

}  // namespace wsb::http

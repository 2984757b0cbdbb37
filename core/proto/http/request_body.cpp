#include "core/proto/http/request_body.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/text.h"

namespace wsb::http {
namespace {

std::optional<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

RequestFault too_large(std::size_t max_bytes) {
  return {413, format("the body is larger than %zu bytes", max_bytes)};
}

}  // namespace

std::variant<RequestBody, RequestFault> RequestBody::of(const RequestHead& head,
                                                        std::size_t max_bytes) {
  const Headers& headers = head.headers;
  RequestBody body;
  body.max_bytes_ = max_bytes;
  const std::size_t lengths = headers.count("Content-Length");
  if (headers.count("Transfer-Encoding") > 0) {
    if (lengths > 0 || head.version_minor < 1) {
      return RequestFault{400, "Transfer-Encoding does not go with Content-Length or HTTP/1.0"};
    }
    if (headers.count("Transfer-Encoding") != 1 ||
        !equals_ignore_case(*headers.find("Transfer-Encoding"), "chunked")) {
      return RequestFault{501, "this server knows no transfer coding but chunked"};
    }
    body.chunked_.emplace();
    return body;
  }
  if (lengths > 1) return RequestFault{400, "the request has more than one Content-Length"};
  if (lengths == 1) {
    const auto length = parse_length(*headers.find("Content-Length"));
    if (!length) return RequestFault{400, "the Content-Length is not a number"};
    if (*length > max_bytes) return too_large(max_bytes);
    body.left_ = *length;
  }
  body.done_ = body.left_ == 0;
  return body;
}

std::optional<RequestFault> RequestBody::feed(BytesView& in) {
  if (!chunked_) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size()));
    body_ += in.substr(0, part);
    in.remove_prefix(part);
    left_ -= part;
    done_ = left_ == 0;
    return std::nullopt;
  }
  while (!in.empty() && !chunked_->done()) {
    const Result<BytesView> run = chunked_->next(in);
    if (!run) return RequestFault{400, run.error().text()};
    if (run->size() > max_bytes_ - body_.size()) return too_large(max_bytes_);
    body_ += *run;
  }
  done_ = chunked_->done();
  return std::nullopt;
}

}  // namespace wsb::http

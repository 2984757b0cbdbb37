#pragma once

// Collects the body of a request, bounded: by Content-Length or in chunks (RFC 9112 §6.3). What
// could be read in two ways is refused, since a proxy may read it in the other (§11.2). Owned by
// one request; one thread at a time.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/base/bytes.h"
#include "core/proto/http/chunked_decoder.h"
#include "core/proto/http/request.h"
#include "core/proto/http/request_rules.h"

namespace wsb::http {

class RequestBody {
 public:
  // The fault: 400, 413 or 501, before a byte of it is read.
  [[nodiscard]] static std::variant<RequestBody, RequestFault> of(const RequestHead& head,
                                                                  std::size_t max_bytes);

  // Takes bytes from the front of `in`. A fault (400, 413) is final.
  [[nodiscard]] std::optional<RequestFault> feed(BytesView& in);
  [[nodiscard]] bool done() const { return done_; }
  // None is announced, not even an empty one in chunks.
  [[nodiscard]] bool is_absent() const { return !chunked_ && left_ == 0 && body_.empty(); }
  [[nodiscard]] Bytes take() { return std::move(body_); }

 private:
  std::size_t max_bytes_ = 0;
  std::uint64_t left_ = 0;  // of Content-Length
  std::optional<ChunkedDecoder> chunked_;
  Bytes body_;
  bool done_ = false;
};

}  // namespace wsb::http

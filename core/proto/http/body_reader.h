#pragma once

// Collects the body of a response, bounded: for the text of a refusal, which people want to read
// and nobody must be able to fill memory with. Knows the three framings of RFC 9112 §6.3.
// Owned by a handshake; one thread at a time.

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/proto/http/chunked_decoder.h"
#include "core/proto/http/response.h"

namespace wsb::http {

enum class BodyFraming { none, length, chunked, until_close };

class BodyReader {
 public:
  // Errors: protocol (Content-Length is not a number, or given twice with different values).
  [[nodiscard]] static Result<BodyReader> for_response(const ResponseHead& head,
                                                       std::size_t max_bytes);

  // Returns how many bytes belong to the body. Once max_bytes are kept the reader is done and
  // truncated. Errors: protocol (bad chunk).
  [[nodiscard]] Result<std::size_t> feed(BytesView in);
  // The connection ended.
  void end_of_stream();

  [[nodiscard]] BodyFraming framing() const { return framing_; }
  [[nodiscard]] bool done() const { return done_; }
  // More was announced or sent than is kept.
  [[nodiscard]] bool truncated() const { return truncated_; }
  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  void keep(BytesView bytes);

  BodyFraming framing_ = BodyFraming::none;
  std::size_t max_bytes_ = 0;
  std::uint64_t left_ = 0;  // of Content-Length
  ChunkedDecoder chunked_;
  std::string body_;
  bool done_ = false;
  bool truncated_ = false;
};

}  // namespace wsb::http

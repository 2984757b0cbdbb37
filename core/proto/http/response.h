#pragma once

// The head of an HTTP/1.1 response, read incrementally within limits (RFC 9112 §4).
// One parser a response; one thread at a time.

#include <cstddef>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/proto/http/head_reader.h"
#include "core/proto/http/headers.h"

namespace wsb::http {

struct ResponseHead {
  int status = 0;
  std::string reason;
  int version_major = 1;
  int version_minor = 1;
  Headers headers;
};

class ResponseParser {
 public:
  explicit ResponseParser(HeadLimits limits = {}) : reader_(limits) {}

  // Returns how many bytes belong to the head; what follows it is not touched.
  // Errors: protocol (bad form), too_large (a limit). After an error the parser is of no more use.
  [[nodiscard]] Result<std::size_t> feed(BytesView in);
  [[nodiscard]] bool complete() const { return reader_.complete(); }
  [[nodiscard]] const ResponseHead& head() const { return head_; }
  [[nodiscard]] const std::string& text() const { return reader_.text(); }

 private:
  HeadReader reader_;
  ResponseHead head_;
};

// The words of RFC 9110 §15 for a status; "" for one it does not know.
[[nodiscard]] std::string_view status_words(int status);

}  // namespace wsb::http

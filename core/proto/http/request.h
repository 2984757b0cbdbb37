#pragma once

// The head of an HTTP/1.1 request, read incrementally within limits (RFC 9112 §3). For servers that
// parse themselves: the fake network, tests. One parser a request; one thread at a time.

#include <cstddef>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/proto/http/head_reader.h"
#include "core/proto/http/headers.h"

namespace wsb::http {

struct RequestHead {
  std::string method;
  std::string target;
  int version_major = 1;
  int version_minor = 1;
  Headers headers;
};

class RequestParser {
 public:
  explicit RequestParser(HeadLimits limits = {}) : reader_(limits) {}

  // Returns how many bytes belong to the head; what follows it is not touched.
  // Errors: protocol (bad form), too_large (a limit). After an error the parser is of no more use.
  [[nodiscard]] Result<std::size_t> feed(BytesView in);
  [[nodiscard]] bool complete() const { return reader_.complete(); }
  [[nodiscard]] const RequestHead& head() const { return head_; }
  [[nodiscard]] const std::string& text() const { return reader_.text(); }

 private:
  HeadReader reader_;
  RequestHead head_;
};

}  // namespace wsb::http

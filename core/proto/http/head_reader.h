#pragma once

// Collects the head of an HTTP/1.1 message (RFC 9112 §2.1: start line, fields, empty line) from
// bytes as they arrive, within limits, and takes nothing of what follows it. Strict: lines end with
// CR LF, no folded lines, no space before a colon. Owned by one parser; one thread at a time.

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/proto/http/headers.h"

namespace wsb::http {

struct HeadLimits {
  std::size_t bytes = limits::kHandshakeHeadBytes;
  std::size_t headers = limits::kHandshakeHeaderCount;
};

class HeadReader {
 public:
  explicit HeadReader(HeadLimits limits = {}) : limits_(limits) {}

  // Returns how many of the bytes belong to the head. Errors: protocol (bad form), too_large.
  [[nodiscard]] Result<std::size_t> feed(BytesView in);
  [[nodiscard]] bool complete() const { return complete_; }
  // Everything collected, verbatim, the empty line included.
  [[nodiscard]] const std::string& text() const { return text_; }
  // With complete(): the first line, without its CR LF, and the fields after it.
  [[nodiscard]] std::string_view start_line() const;
  [[nodiscard]] const Headers& headers() const { return headers_; }

 private:
  [[nodiscard]] Result<void> end_line();
  [[nodiscard]] Result<void> parse_field(std::string_view line);

  HeadLimits limits_;
  std::string text_;
  std::size_t line_start_ = 0;
  std::size_t start_line_size_ = 0;
  Headers headers_;
  bool have_start_line_ = false;
  bool complete_ = false;
};

}  // namespace wsb::http

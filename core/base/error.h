#pragma once

// What went wrong, as a value. An operating error (a refused connection, a bad file, bad input)
// travels in a Result; programmer errors are assertions (see check.h); the end of a connection is
// an event, never an Error. Value type, any thread.

#include <string>
#include <vector>

namespace wsb {

// The stage that failed. The command line maps a code to its exit status; the core knows nothing of
// exit statuses.
enum class ErrorCode {
  invalid_argument,      // a configuration value that validate() refuses
  malformed_url,
  resolve,               // host name not resolved
  connect,               // TCP or unix connect failed
  bind,                  // cannot listen: port taken, no permission, address not local
  tls_setup,             // our own certificate, key or CA file is unusable
  tls_handshake,         // the TLS handshake failed
  tls_untrusted,         // the peer's certificate is not trusted, expired, or for another name
  handshake_invalid,     // the answer to the upgrade request breaks RFC 6455
  handshake_refused,     // the answer to the upgrade request is an HTTP status other than 101
  protocol,              // the peer broke the WebSocket protocol
  too_large,             // a limit on size was exceeded
  timeout,
  connection_lost,       // TCP ended without a Close frame
  cannot_read,           // input file or stream
  cannot_write,          // output file or stream
  unsupported,           // not in this build
  internal,              // a library call failed that should not
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;               // lower case, no full stop, values in single quotes
  int sys_errno = 0;                 // 0 where no system call was at fault
  std::vector<std::string> context;  // innermost first; see with_context

  // "context: … : message: strerror", one line.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] Error with_context(std::string outer) &&;
};

[[nodiscard]] Error make_error(ErrorCode code, std::string message);
// Appends the text of `sys_errno` (an errno value) to what text() says.
[[nodiscard]] Error make_errno_error(ErrorCode code, std::string message, int sys_errno);

}  // namespace wsb

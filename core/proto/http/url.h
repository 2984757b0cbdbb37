#pragma once

// Where a WebSocket is: ws and wss URLs (RFC 6455 §3), http and https as their synonyms, unix
// sockets, and the short forms that people type. Value type, any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace wsb::http {

struct Url {
  bool secure = false;  // wss
  std::string host;     // as typed; IPv6 without its brackets; empty for a unix socket
  std::uint16_t port = 80;
  std::string target = "/";     // path and query as they go into the request line, verbatim
  std::string user_info;        // "user:password" as typed, percent-encoded; empty: none
  std::string unix_path;        // ws+unix: the file name of the socket
  bool scheme_guessed = false;  // a short form: ws or wss was chosen by host and port

  // What the Host header says: the port is left out when it is the scheme's own; IPv6 in brackets.
  [[nodiscard]] std::string host_header() const;
  // The full form, without the user info: fit for logs.
  [[nodiscard]] std::string text() const;
  bool operator==(const Url&) const = default;
};

// Accepts  ws:// wss:// http:// https:// [user[:password]@]host[:port][/path][?query]
//          host[:port]/path and :port/path: ws for a loopback host or a port other than 443,
//          else wss
//          ws+unix:/file.sock[:/path][?query]    and wss+unix:
// A fragment is refused (RFC 6455 §3); so are spaces, controls and characters beyond ASCII.
// Errors: ErrorCode::malformed_url.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace wsb::http

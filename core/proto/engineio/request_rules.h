#pragma once

// What an HTTP request to the path of Engine.IO asks for, or why it is refused, in the order of the
// reference implementation, which decides the code that a client sees. CORS, the size of a body and
// the rights of the client are the caller's business; it brings its verdict on the last along.
// Pure functions, any thread. Source: engine.io 6.6, Server.verify and Server.handshake.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/bytes.h"
#include "core/proto/http/headers.h"
#include "core/proto/http/query.h"

namespace wsb::engineio {

enum class Transport { polling, websocket };

enum class Ask {
  open_polling,    // a session: the answer is its open packet
  open_websocket,  // a session over the WebSocket that this request opens
  poll,            // of the known session
  post,
  probe,  // a WebSocket for a session that polls; the session may still decline it
};

struct RequestError {
  int code = 3;      // of Engine.IO
  int status = 400;  // of HTTP
  std::string message;
  bool closes_session = false;  // the session of the request ends with it ("transport error")
  bool operator==(const RequestError&) const = default;

  // {"code":…,"message":"…"}
  [[nodiscard]] Bytes json() const;
};

struct Request {
  std::string_view method;
  const http::Query& query;
  const http::Headers& headers;
  // Why the caller will not have this client (its Origin, its token, a limit): error 4, status 403.
  std::optional<std::string> forbidden{};
};

// The session that the request names: whoever has it is asked before the rules are applied.
// nullopt: none is named, the request opens one. An empty one counts as none.
[[nodiscard]] std::optional<std::string_view> session_id_of(const http::Query& query);

// `session`: the transport of the session that session_id_of names; nullopt: there is no such
// session, or none is named.
[[nodiscard]] std::variant<Ask, RequestError> judge_request(const Request& request,
                                                            std::optional<Transport> session);

// "unknown session", for whoever finds that out otherwise.
[[nodiscard]] RequestError unknown_session();
// What a poll or POST is answered that came while another was open, or with a bad body.
[[nodiscard]] RequestError bad_request();

}  // namespace wsb::engineio

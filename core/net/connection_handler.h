#pragma once

// What happens on connections, told to whoever serves or uses them, on the loop's thread. One
// handler serves all connections of a listener, or one connection of a client; it keeps its own
// state per connection by ConnectionId (the slot indexes a vector). Views are valid during the
// call.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/net/connection.h"
#include "core/net/http.h"
#include "core/proto/ws/message_sink.h"

namespace wsb::net {

// A client's opening handshake that is valid by RFC 6455 §4.2.1, for the application to judge.
struct HandshakeRequest {
  std::string_view path;    // percent-encoded as received
  std::string_view query;   // without '?'
  const http::Headers& headers;
  std::string_view remote;
  bool tls = false;
};

struct HandshakeDecision {
  std::string subprotocol;               // one that the client offered, or empty
  std::optional<HttpResponse> refusal;   // set: answer this instead of 101
  std::shared_ptr<const Admission> admission{};  // for ConnectionInfo; may be null
  // Set: nothing above is decided yet. Called at once with where to bring the decision, once, on
  // the loop's thread; a client that has gone meanwhile ignores it.
  std::function<void(std::function<void(HandshakeDecision)>)> later{};
};

class ConnectionHandler {
 public:
  virtual ~ConnectionHandler() = default;

  // Servers only; no Connection exists yet.
  virtual HandshakeDecision on_handshake(const HandshakeRequest& request) = 0;
  // Servers only: TLS has failed with somebody, who is counted already. `why` says with whom.
  virtual void on_failed_tls(const Error& /*why*/) {}
  virtual void on_open(Connection& connection) = 0;
  virtual void on_message(Connection& connection, const ws::Message& message) = 0;
  virtual void on_pong(Connection& connection, BytesView payload) = 0;
  // After a send() that was `queued`: nothing waits any more.
  virtual void on_drained(Connection& /*connection*/) {}
  // Exactly once, last. A server's connection gets it only after on_open; a client's always, also
  // when it never came to be.
  virtual void on_close(Connection& connection, const CloseInfo& close) = 0;
};

}  // namespace wsb::net

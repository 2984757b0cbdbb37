#pragma once

// What a user wants of `connect` and `send`: the two are one client with different defaults.
// Plain values; validate() says what does not go together.

#include <cstdint>
#include <optional>

#include "core/app/client_drain.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/connector.h"
#include "core/session/socketio_connection.h"

namespace wsb::app {

struct ClientSocketio {
  session::SocketioOptions options;
  bool ask_acks = false;  // of every event; then acks are the replies that are counted
  bool tell_joined = false;
  bool tell_packets = false;
};

struct ClientConfig {
  net::ConnectConfig connect;
  std::optional<ClientSocketio> socketio;  // messages are events: see socketio_text.h
  bool echo = false;  // send back every message; there is no input
  EndOfInput at_end = EndOfInput::drain;
  Duration linger = std::chrono::seconds(1);
  // Stop after so many received messages; 0: do not wait for any. nullopt: no stop condition, or
  // as many as were sent.
  std::optional<std::uint64_t> count;
  bool count_as_sent = false;
  Duration max_time{};  // of the whole run; 0: none
};

[[nodiscard]] Result<void> validate(const ClientConfig& config);

}  // namespace wsb::app

#pragma once

// How a client's conversation went: facts, from which the command line makes its words and its exit
// status. Plain values.

#include <cstdint>
#include <optional>

#include "core/base/time.h"
#include "core/net/connection.h"

namespace wsb::app {

// Why we ended the conversation ourselves.
enum class ClientStop {
  none,         // we did not: the peer did, or the network
  input_ended,  // after the end of the input, or the user's wish
  count_reached,
  max_time,
  interrupted,   // a signal
  cannot_read,   // our input failed
  cannot_write,  // our output failed
};

struct ClientReport {
  ClientStop stop = ClientStop::none;
  bool opened = false;       // the handshake succeeded
  bool send_failed = false;  // a message was too large for the send buffer
  net::CloseInfo close;
  std::optional<net::Refusal> refusal;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;  // messages, of Socket.IO events and acks
  std::uint64_t replies = 0;   // of those, what `wanted` counts
  std::optional<std::uint64_t> wanted;  // replies to wait for
  Duration open_for{};
  Duration max_time{};  // that was allowed
};

}  // namespace wsb::app

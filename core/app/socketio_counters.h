#pragma once

// What one worker's Engine.IO sessions and Socket.IO clients did. What goes over WebSockets is
// among the numbers of all clients, what goes by polling is here. Counted on the worker's thread;
// others get copies. Value type.

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/app/named_counts.h"
#include "core/proto/engineio/close_reason.h"

namespace wsb::app {

struct SocketioCounters {
  // Now.
  std::uint64_t polling = 0;    // sessions by their transport
  std::uint64_t websocket = 0;
  std::uint64_t polls_held = 0;  // that wait for something to say
  std::uint64_t sockets = 0;     // clients in namespaces, each as often as it is in one

  // Since the start.
  std::uint64_t opened_polling = 0;
  std::uint64_t opened_websocket = 0;
  std::uint64_t upgrades = 0;
  std::uint64_t messages_in = 0;  // by polling, and so the next three
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_in = 0;     // of the messages
  std::uint64_t bytes_out = 0;
  std::array<std::uint64_t, engineio::kCloseReasons> closed{};

  // Requests that no session heard of, by Engine.IO's code; then those that it has no code for.
  std::array<std::uint64_t, 6> refused{};
  std::uint64_t refused_shutting_down = 0;
  std::uint64_t refused_too_large = 0;  // the bodies of POSTs; the session went on

  // Socket.IO: who wanted to join a namespace and may not; sessions ended.
  std::uint64_t invalid_namespace = 0;
  std::uint64_t unauthorized = 0;
  std::uint64_t too_many_namespaces = 0;
  std::uint64_t protocol_errors = 0;
  std::uint64_t connect_timeouts = 0;

  // Those that came back: as who they were; not known (any more); too much was said meanwhile. Then
  // those that may come back now, those that did not in time, and those that had to go for others.
  std::uint64_t recovered = 0;
  std::uint64_t recovery_unknown = 0;
  std::uint64_t recovery_gaps = 0;
  std::uint64_t recoverable = 0;
  std::uint64_t recovery_expired = 0;
  std::uint64_t recovery_forgotten = 0;

  SocketioCounters& operator+=(const SocketioCounters& other);
  bool operator==(const SocketioCounters&) const = default;
};

// Requests under Engine.IO's path that were refused, by cause.
[[nodiscard]] NamedCounts engineio_refusals_of(const SocketioCounters& counters);
// Sessions that have ended, by the reason that is Engine.IO's.
[[nodiscard]] NamedCounts engineio_closes_of(const SocketioCounters& counters);
// Clients that were refused by Socket.IO, by cause.
[[nodiscard]] NamedCounts socketio_refusals_of(const SocketioCounters& counters);

// Clients that wanted to come back or could have, by what became of it.
[[nodiscard]] NamedCounts recoveries_of(const SocketioCounters& counters);

}  // namespace wsb::app

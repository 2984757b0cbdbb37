#pragma once

// What `wsb bench` is asked to do: one fan-out measurement. Plain values; validate() before use.

#include <cstddef>
#include <optional>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/units.h"
#include "core/net/connector.h"
#include "core/session/socketio_connection.h"

namespace wsb::app {

struct BenchConfig {
  net::ConnectConfig connect;  // URL, headers, TLS, compression; its source address is not used
  std::optional<session::SocketioOptions> socketio;  // the URL is that of Engine.IO then
  std::size_t clients = 100;   // receivers, besides publishers and canaries
  std::size_t canaries = 16;   // receivers on a thread of their own, which show what ours add
  std::size_t publishers = 1;
  Rate rate{10};                                 // messages of all publishers together
  ByteSize size{128};                            // of each message's payload
  Duration duration = std::chrono::seconds(10);  // of the steady phase
  Duration warmup = std::chrono::seconds(2);
  Duration drain = std::chrono::seconds(5);  // at most, for what is still under way
  std::size_t threads = 0;                   // for the clients; 0: half of the cores
  Rate connect_rate{2000};                   // 0: as fast as it goes

  [[nodiscard]] std::size_t connections() const { return clients + canaries + publishers; }
  // Errors: invalid_argument, naming the option as typed.
  [[nodiscard]] Result<void> validate() const;
};

}  // namespace wsb::app

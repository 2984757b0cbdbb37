#pragma once

// Why an Engine.IO session ended, in the words of the official documentation, which users find in
// the `disconnect` event of their applications. Pure functions, any thread.

#include <cstddef>
#include <string_view>

namespace wsb::engineio {

enum class CloseReason {
  transport_close,  // the peer closed, or the connection was lost
  transport_error,  // the peer broke the rules of the transport: two polls at once, a ping of its
                    // own, a request that it gave up
  parse_error,      // a packet that cannot be decoded
  ping_timeout,
  forced_close,  // we closed
  queue_full,    // more was waiting for a poll than the limit; not in the documentation
};

inline constexpr std::size_t kCloseReasons = 6;

[[nodiscard]] constexpr std::size_t index_of(CloseReason reason) {
  return static_cast<std::size_t>(reason);
}

// "transport close"
[[nodiscard]] std::string_view describe(CloseReason reason);

}  // namespace wsb::engineio

#pragma once

// One thread's event loop: time, timers, work posted by other threads, and the end of each turn.
// Everything that belongs to a loop (listeners, connections, handlers) is touched on its thread
// only; post(), wake() and stop() alone may be called from any thread. The fake twin turns virtual
// time.

#include <cstddef>
#include <cstdint>
#include <functional>

#include "core/base/time.h"

namespace wsb::net {

struct TimerId {
  std::uint64_t value = 0;  // 0 names no timer
};

// Who wants to send once a turn what became ready during it (the hub's batches).
class TurnEnd {
 public:
  virtual ~TurnEnd() = default;
  // Bytes that a flush would frame or send; 0 when there is nothing to flush.
  [[nodiscard]] virtual std::size_t pending_bytes() const = 0;
  virtual void flush() = 0;
};

class ConnectionIds;

class Loop {
 public:
  virtual ~Loop() = default;

  [[nodiscard]] virtual TimePoint now() const = 0;

  // Calls `action` once at `when` (at once if that has passed), never inside this call. Grain: well
  // under a millisecond.
  virtual TimerId schedule(TimePoint when, std::function<void()> action) = 0;
  // Cancelling a timer that has fired, or TimerId{}, does nothing.
  virtual void cancel(TimerId timer) = 0;

  // Any thread: runs `action` on the loop's thread. False when the loop's mailbox is full or the
  // loop has ended; then `action` is dropped.
  [[nodiscard]] virtual bool post(std::function<void()> action) = 0;

  // Calls `ready` on the loop's thread whenever `fd` is readable, until unwatch. For a terminal, a
  // pipe, a timerfd, an eventfd. A regular file or /dev/null counts as readable in every turn.
  virtual void watch_readable(int fd, std::function<void()> ready) = 0;
  virtual void unwatch(int fd) = 0;

  // Of all connections of the loop, of whatever kind; on its thread.
  [[nodiscard]] virtual ConnectionIds& ids() = 0;

  // At most one; nullptr removes it. Called at the end of every turn in which it has pending bytes.
  virtual void set_turn_end(TurnEnd* turn_end) = 0;

  // Runs until stop(). Connections still open then are dropped without a closing handshake, each
  // with its on_close, before run() returns.
  virtual void run() = 0;
  // Any thread.
  virtual void stop() = 0;
};

}  // namespace wsb::net

#pragma once

// What a client does when its input has ended. WebSocket has no half-close: after a Close most
// servers stop sending (RFC 6455 §5.5.1), so closing at once would lose the replies. Instead: one
// Ping as a delivery barrier (its Pong proves that the peer read everything before it), then
// receiving until it has been silent for the linger time, then Close. A message that is still
// arriving is no silence, for limits::kLastMessageWait at most. Pure: given times; owned by the
// session, on its loop's thread.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/time.h"

namespace wsb::app {

enum class EndOfInput {
  drain,  // barrier, linger, close
  hold,   // stay until the peer closes
  close,  // close behind what was sent
};

struct DrainPlan {
  EndOfInput at_end = EndOfInput::drain;
  bool for_replies = false;  // a number of replies is awaited: no barrier, no linger
  Duration linger{};
  Duration pong_limit{};  // no Pong for so long: go on without
};

// The connection as it is at this moment.
struct DrainView {
  std::size_t backlog = 0;      // bytes that the kernel has not taken
  std::uint64_t bytes_in = 0;   // received so far, control frames included
  bool in_message = false;      // one has begun to arrive and is not whole
  bool reading_paused = false;  // our own reader is slow, so silence means nothing
};

class Drain {
 public:
  enum class Action { none, ping, close };

  explicit Drain(const DrainPlan& plan) : plan_(plan) {}

  [[nodiscard]] bool begun() const { return stage_ != Stage::idle; }
  // Everything read from the input was handed to the connection.
  [[nodiscard]] Action begin(TimePoint now);
  // A data message came.
  void on_message(TimePoint now);
  // The Pong of the barrier came.
  void on_pong(TimePoint now);
  [[nodiscard]] Action step(TimePoint now, const DrainView& view);
  // When to call step() if nothing happens before.
  [[nodiscard]] std::optional<TimePoint> due() const;

 private:
  enum class Stage { idle, held, barrier, linger, done };

  void note(TimePoint now, const DrainView& view);

  DrainPlan plan_;
  Stage stage_ = Stage::idle;
  TimePoint begun_{};
  TimePoint since_{};  // of the silence, or of the barrier's last sign of progress
  TimePoint last_message_{};
  std::size_t backlog_ = 0;     // when last looked at
  std::uint64_t bytes_in_ = 0;  // likewise
};

}  // namespace wsb::app

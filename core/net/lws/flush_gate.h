#pragma once

// Decides whether the end of a loop turn may flush what became ready, or waits for input that is
// already there: TLS is read one record a turn and small receive buffers split plain input, so
// without waiting a burst would leave as many small writes. Owned by a LwsLoop, on its thread.

#include <cstddef>
#include <vector>

namespace wsb::net {

// A connection that delivered a message in this turn.
class InputSource {
 public:
  virtual ~InputSource() = default;
  // More input can be read without waiting, and nothing keeps the loop from reading it.
  [[nodiscard]] virtual bool input_pending() const = 0;

 private:
  friend class FlushGate;
  bool noted_ = false;
};

class FlushGate {
 public:
  // Idempotent within a turn.
  void note(InputSource& source);
  // Before `source` ends.
  void forget(InputSource& source);
  // True when the flush should wait for another turn. Bounded by limits::kFlushHoldTurns and
  // limits::kFlushHoldBytes.
  [[nodiscard]] bool hold(std::size_t pending_bytes);
  // The flush took place.
  void reset();

 private:
  std::vector<InputSource*> sources_;  // at most kSources
  int turns_held_ = 0;
};

}  // namespace wsb::net

#pragma once

// "Please stop", asked by whoever waits for signals and heeded by a running command. The first
// request asks for an orderly end, a second one for an end at once. Owned by `cli`, which outlives
// the command; safe on any thread, but not from inside a signal handler (block the signals and wait
// for them on a thread instead).

#include <functional>
#include <mutex>

namespace wsb::app {

class StopSignal {
 public:
  StopSignal() = default;
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void request();
  // How often it was asked for.
  [[nodiscard]] int count() const;

  // `listener` is called with the count at every request, on the requester's thread, and at once if
  // there was one already. It must return soon and not call back into this object: it passes the
  // word on to the thread that waits. One at a time; nullptr removes it, and once set_listener has
  // returned the old one is not called any more.
  void set_listener(std::function<void(int)> listener);

 private:
  mutable std::mutex mutex_;
  int count_ = 0;
  std::function<void(int)> listener_;
};

}  // namespace wsb::app

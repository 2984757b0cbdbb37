#pragma once

// "Please read your files again", asked by whoever waits for signals and heeded by a running
// server. Owned by `cli`, which outlives the command; safe on any thread, but not from inside a
// signal handler.

#include <functional>
#include <mutex>

namespace wsb::app {

class ReloadSignal {
 public:
  ReloadSignal() = default;
  ReloadSignal(const ReloadSignal&) = delete;
  ReloadSignal& operator=(const ReloadSignal&) = delete;

  void request();

  // `listener` is called at every request, on the requester's thread, and at once if there was one
  // while nobody listened. It must return soon and not call back into this object. One at a time;
  // nullptr removes it, and once set_listener has returned the old one is not called any more.
  void set_listener(std::function<void()> listener);

 private:
  std::mutex mutex_;
  bool unheard_ = false;
  std::function<void()> listener_;
};

}  // namespace wsb::app

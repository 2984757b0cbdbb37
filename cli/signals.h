#pragma once

// Signals as things to wait for. They are blocked before any thread exists, so that no thread is
// ever interrupted; a signal that the parent ignored (nohup) stays ignored. SIGPIPE is blocked too:
// a write then answers EPIPE. Main thread, but for the watcher's callback.

#include <functional>
#include <thread>

namespace wsb::cli {

class Signals {
 public:
  // With `terminal` also SIGWINCH and SIGTSTP.
  explicit Signals(bool terminal = false);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Readable when take() has one.
  [[nodiscard]] int fd() const { return fd_; }
  // 0: none is pending.
  [[nodiscard]] int take();
  // Of the last SIGHUP that was taken: it came because the terminal that the process was started
  // on has gone, and not because somebody sent it.
  [[nodiscard]] bool lost_terminal() const { return lost_terminal_; }

 private:
  int fd_ = -1;
  const bool had_terminal_;
  bool lost_terminal_ = false;
};

// Waits on a thread of its own and calls `on_signal` there for each one.
class SignalWatcher {
 public:
  SignalWatcher(Signals& signals, std::function<void(int)> on_signal);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  void run();

  Signals* signals_;
  std::function<void(int)> on_signal_;
  int stop_fd_;
  std::thread thread_;
};

// Ends the process as the signal would have.
[[noreturn]] void die_of(int signal);

}  // namespace wsb::cli

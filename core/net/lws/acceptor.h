#pragma once

// Takes connections from one listening socket, a bounded number a turn. Out of file descriptors it
// pauses, with a spare one to turn the waiting client away, and goes on by itself: a listening
// socket that stays readable would spin. Owned by a listener, on its loop's thread.

#include <cstdint>
#include <functional>

#include "core/base/log.h"
#include "core/net/listener.h"
#include "core/net/loop.h"

namespace wsb::net {

class Acceptor {
 public:
  // `take` owns the descriptor it is given: connected, non-blocking, close-on-exec.
  Acceptor(Loop& loop, Log& log, ListenSocket socket, std::function<void(int)> take);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();
  // Closes the listening socket.
  void stop();
  // The same, after taking those that have connected already.
  void drain_and_stop();
  [[nodiscard]] std::uint64_t pauses() const { return pauses_; }

 private:
  void accept_some();
  void turn_one_away();
  void pause(int sys_errno);

  Loop& loop_;
  Log& log_;
  ListenSocket socket_;
  std::function<void(int)> take_;
  int spare_fd_ = -1;
  TimerId resume_{};
  bool watching_ = false;
  std::uint64_t pauses_ = 0;
};

}  // namespace wsb::net

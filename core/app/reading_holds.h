#pragma once

// Why clients are not read from. Reading stops with the first reason and goes on when the last is
// gone, so that nobody who has one undoes what another has asked for. Of one worker's clients, by
// slot, on their loop's thread.

#include <cstdint>
#include <vector>

#include "core/net/connection.h"

namespace wsb::app {

class ReadingHolds {
 public:
  enum class Reason : std::uint8_t {
    unread_echo = 1,  // it does not read what comes back
    rate = 2,         // it sends faster than it may
    joining = 4,      // it waits for the history of a room
  };

  void hold(net::Connection& connection, Reason reason);
  // A reason that is none does nothing.
  void release(net::Connection& connection, Reason reason);
  // It has left: its slot is used again.
  void forget(net::ConnectionId id);
  [[nodiscard]] bool held(net::ConnectionId id, Reason reason) const;

 private:
  std::vector<std::uint8_t> reasons_;  // as far as somebody was ever held
};

}  // namespace wsb::app

#pragma once

// What one worker's hub did since it started. Counted on the worker's thread without atomics; main
// gets copies as messages and adds them up. Value type.

#include <cstdint>

namespace wsb::hub {

struct Counters {
  std::uint64_t messages = 0;          // published by this worker's clients
  std::uint64_t payload_bytes = 0;     // of these
  std::uint64_t batches = 0;           // they were framed into
  std::uint64_t deliveries = 0;        // messages given to connections: sent, or waiting for one
  std::uint64_t slow_sends = 0;        // batches that had to wait because the reader was slow
  std::uint64_t dropped = 0;           // messages that slow readers never got
  std::uint64_t mailbox_refusals = 0;  // batches that another worker's full inbox refused
  std::uint64_t replayed = 0;          // messages of the history given to who joined
  std::uint64_t gaps = 0;              // joiners who were told that something is missing
  std::uint64_t forgotten_rooms = 0;   // whose history had to go for that of others
  std::uint64_t history_bytes = 0;     // now
  std::uint64_t members = 0;           // now, each as often as rooms it is in
  std::uint64_t rooms = 0;             // now, with a name; one on two workers counts twice

  Counters& operator+=(const Counters& other) {
    messages += other.messages;
    payload_bytes += other.payload_bytes;
    batches += other.batches;
    deliveries += other.deliveries;
    slow_sends += other.slow_sends;
    dropped += other.dropped;
    mailbox_refusals += other.mailbox_refusals;
    replayed += other.replayed;
    gaps += other.gaps;
    forgotten_rooms += other.forgotten_rooms;
    history_bytes += other.history_bytes;
    members += other.members;
    rooms += other.rooms;
    return *this;
  }
  bool operator==(const Counters&) const = default;
};

}  // namespace wsb::hub

#pragma once

// Gives all messages of a server their ids, in one order, and keeps the last ones of each room. A
// client that knows the last id it saw gets exactly what follows, or is told that something is
// missing. What is kept is for clients that join, as a history that they see marked as such, or for
// Socket.IO clients that lost their connection, as if they had not, or for both. Bounded over all
// rooms: the one without a new message for the longest time is forgotten first. Owned by the shard
// that orders, on its thread.

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/hub/history.h"
#include "core/hub/room_set.h"
#include "core/net/batch.h"
#include "core/session/encoding.h"

namespace wsb::hub {

// What somebody who joins gets first, framed for its encoding.
struct Replay {
  std::vector<net::BatchRef> batches;  // the word of a gap, then the messages, oldest first
  std::uint64_t messages = 0;
  bool gap = false;  // something that it asked for is not among them
};

class Keeper {
 public:
  // `limits`: of the history, `recovery`: of what is kept besides for clients that come back; of
  // either no message: there is none. The first message gets `first_id`, at least 1. A server that
  // starts anew takes one above all it gave before, such as the time in microseconds, so that ids
  // of an earlier run are seen as such.
  Keeper(const HistoryLimits& limits, std::uint64_t first_id, const HistoryLimits& recovery = {});
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // Keeps the message for all of `rooms`, and returns its id.
  std::uint64_t keep(const session::Said& said, const RoomsRef& rooms);

  // What was said in `rooms` after the message `since`, once each; of several rooms together the
  // latest, at most HistoryLimits::bytes. Without `since`, or 0: all that is kept, and then there
  // is no gap.
  [[nodiscard]] std::shared_ptr<const Replay> replay(
      const std::vector<std::string>& rooms, std::optional<std::uint64_t> since,
      session::Encoding encoding = session::Encoding::plain);

  // For a Socket.IO client of one namespace that comes back: the same, but for what `author` said,
  // with no word of history; nothing at all when there is a gap.
  [[nodiscard]] std::shared_ptr<const Replay> recover(const std::vector<std::string>& rooms,
                                                      std::uint64_t since, std::uint64_t author);
  // The id of the latest message.
  [[nodiscard]] std::uint64_t position() const { return next_id_ - 1; }

  // Of all rooms, now.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t rooms() const { return rooms_.size(); }
  // Since the start: rooms whose messages had to go for those of others.
  [[nodiscard]] std::uint64_t forgotten_rooms() const { return forgotten_rooms_; }

 private:
  struct Kept {
    std::string room;
    History history;
    std::uint64_t last_id = 0;
  };
  using Selection = std::vector<const HistoryMessage*>;
  struct Form {
    session::Encoding encoding = session::Encoding::plain;
    std::string nsp;  // of Socket.IO
    bool operator==(const Form&) const = default;
  };

  [[nodiscard]] History& touch(const std::string& room, std::uint64_t id);
  void forget_oldest();
  // True: there is a gap.
  [[nodiscard]] bool select(const std::vector<std::string>& rooms, std::uint64_t since,
                            Selection& out) const;
  [[nodiscard]] std::shared_ptr<const Replay> framed(const Selection& selection, bool gap,
                                                     const std::vector<std::string>& rooms,
                                                     session::Encoding encoding);
  [[nodiscard]] std::shared_ptr<const Replay> frame(const Selection& selection, bool gap,
                                                    const Form& form);
  void append_plain(const HistoryMessage& message, Replay& out);
  void append_socketio(const HistoryMessage& message, std::string_view nsp, Replay& out);
  void make_room(std::size_t bytes, Replay& out);
  [[nodiscard]] session::Mark mark_of(std::uint64_t id) const;

  const HistoryLimits joiners_;  // for who joins anew
  const HistoryLimits limits_;   // of all that is kept
  const bool offsets_;
  const std::uint64_t first_id_;
  std::uint64_t next_id_;
  std::list<Kept> rooms_;  // the one with the latest message first
  std::unordered_map<std::string, std::list<Kept>::iterator> by_name_;
  std::uint64_t bytes_ = 0;
  std::size_t messages_ = 0;
  std::uint64_t forgotten_to_ = 0;  // no room that is not here had a message above this id
  std::uint64_t forgotten_rooms_ = 0;
  Bytes scratch_;
  net::BatchBuilder builder_;

  // The latest replay: many come back at once, and ask for the same.
  std::vector<std::uint64_t> framed_ids_;
  Form framed_form_;
  std::shared_ptr<const Replay> framed_;
};

}  // namespace wsb::hub

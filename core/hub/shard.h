#pragma once

// One worker's part of the hub. Messages are collected during a loop turn and sent at its end, one
// batch a room for all: to the clients of this worker, and by reference to the inboxes of the other
// workers. What one client says reaches every other client in order. When a history is kept, one
// shard orders the messages of all and keeps them (see shard_history.cpp): then every client gets
// what it gets in the order of the ids. Owned by its worker; everything is called on its loop's
// thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/bytes.h"
#include "core/hub/counters.h"
#include "core/hub/inbox.h"
#include "core/hub/keeper.h"
#include "core/hub/readers.h"
#include "core/hub/room.h"
#include "core/hub/room_set.h"
#include "core/net/connection.h"
#include "core/net/loop.h"
#include "core/session/encoding.h"

namespace wsb::hub {

// Who orders the messages when they are kept: this shard, with `keeper`, or that of the worker with
// the inbox `orderer`; neither: nobody, and none is kept.
struct Order {
  std::unique_ptr<Keeper> keeper{};
  Inbox* orderer = nullptr;
  bool history = true;   // clients see the ids, and ask for what they missed
  bool offsets = false;  // Socket.IO clients are told where messages stand, and come back
};

// Where somebody began to listen.
struct Arrival {
  std::uint64_t position = 0;  // the id of the latest message before
  bool gap = false;  // some of what was missed is gone: nothing was joined, nor sent
};
using Told = std::function<void(const Arrival&)>;

class Shard final : public net::TurnEnd {
 public:
  // `inbox` is this worker's own, `others` are those of all other workers; they outlive the shard.
  // `readers` is shared by all shards and outlives them; nullptr: every encoding is read.
  Shard(std::vector<session::Encoding> encodings, Inbox& inbox, std::vector<Inbox*> others,
        Order order = {}, Readers* readers = nullptr);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // A member gets what is published from now on, and of what was published before at most what
  // other workers' clients said and is still on its way here. Once for each room.
  void join(net::Connection& connection, session::Encoding encoding, const std::string& room = {});
  // All at once; where a history is kept, what was said after the message `since` comes first, or
  // all that is kept, once the shard that orders has answered; the connection may leave before.
  // Every message is either replayed or comes after that, once, without a gap.
  void join_all(net::Connection& connection, session::Encoding encoding,
                const std::vector<std::string>& rooms, std::optional<std::uint64_t> since);
  // For Socket.IO where messages are ordered. `told` is called in the moment in which the client
  // begins to listen, before anything that is sent to it; not when it leaves before.
  void join_anew(net::Connection& connection, const std::vector<std::string>& rooms, Told told);
  // The same for one that comes back; what was said since the message `since` by others than
  // `author` is sent to it first.
  void join_again(net::Connection& connection, const std::vector<std::string>& rooms,
                  std::uint64_t since, std::uint64_t author, Told told);
  // Whether the shard that orders has still to answer; `joined` is called when it has.
  [[nodiscard]] bool is_joining(net::ConnectionId id) const;
  void when_joined(std::function<void(net::ConnectionId)> joined) { joined_ = std::move(joined); }
  void leave(net::ConnectionId id, session::Encoding encoding, const std::string& room = {});
  [[nodiscard]] bool keeps_history() const { return is_ordered() && order_.history; }
  [[nodiscard]] std::size_t rooms() const { return rooms_.size(); }  // with a name

  // To everyone in these rooms, which are of one namespace, but the sender, once to each, at the
  // end of this turn.
  void publish(net::ConnectionId sender, const session::Said& said,
               const RoomsRef& rooms = nullptr);
  void publish(net::ConnectionId sender, ws::Opcode opcode, BytesView payload,
               const RoomsRef& rooms = nullptr) {
    publish(sender, session::said(opcode, payload), rooms);
  }

  // At once, and then, at once or later, tells how many clients of all workers it was given to:
  // sent, or waiting for a slow one. Whom it was dropped for is not counted.
  void publish_counted(net::ConnectionId sender, const session::Said& said, const RoomsRef& rooms,
                       std::function<void(std::uint64_t receivers)> told);

  // Delivers what the other workers posted. Called when the inbox wakes its owner.
  void receive();

  [[nodiscard]] std::size_t pending_bytes() const override;
  void flush() override;

  [[nodiscard]] Counters counters() const;

 private:
  using Rooms = std::unordered_map<std::string, std::unique_ptr<Room>>;
  // The last room that a sender spoke to in a turn.
  struct Spoken {
    std::uint64_t turn = 0;
    const Room* room = nullptr;
  };

  // Who waits for the answer of the shard that orders.
  struct Joining {
    net::Connection* connection = nullptr;
    net::ConnectionId id;
    session::Encoding encoding = session::Encoding::plain;
    std::vector<std::string> rooms;
    std::uint64_t number = 0;
    Told told{};
  };

  [[nodiscard]] bool is_ordered() const { return order_.keeper || order_.orderer != nullptr; }
  void ask_to_join(Joining joining, JoinRequest request);
  [[nodiscard]] JoinAnswer answer_of(const JoinRequest& request);
  void hand_to_orderer(Publication publication);
  void post_publications();
  void order(net::ConnectionId sender, const session::Said& said, const RoomsRef& rooms);
  void count_receivers(std::function<void(std::uint64_t)> told,
                       const std::function<void()>& publish);
  void open_mail(const Mail& mail);
  void take(const Publications& publications);
  void take(const JoinRequest& request);
  void take(const JoinAnswer& answer);
  void finish_join(const Joining& joining, const JoinAnswer& answer);
  void forget_joining(net::ConnectionId id, const std::string& room);
  [[nodiscard]] static bool is_nobody(const RoomsRef& rooms) {
    return rooms != nullptr && rooms->names().empty();
  }
  [[nodiscard]] Room& room_of(const RoomsRef& rooms);
  [[nodiscard]] Room* find(const std::string& name);
  [[nodiscard]] bool keeps_order(net::ConnectionId sender, const Room& room);
  void note_spoken(Room& room, bool before);
  void send_out(Room& room, session::Encoding encoding);
  void deliver_to_several(const RoomSet& rooms, session::Encoding encoding,
                          const net::BatchRef& batch, bool own);
  [[nodiscard]] std::uint64_t given(const RoomsRef& rooms, session::Encoding encoding);
  void free_if_unused(const std::string& name);
  void free_unused();
  void post_to_others(session::Encoding encoding, const net::BatchRef& batch,
                      const RoomsRef& rooms);
  void take(const Parcel& parcel);
  [[nodiscard]] std::uint64_t deliver_foreign(const Parcel& parcel);
  void count(std::uint64_t question, std::uint64_t receivers);

  const std::vector<session::Encoding> encodings_;
  Readers* const readers_;
  Room home_;                       // without a name
  Rooms rooms_;                     // with members here, or spoken to in this turn
  Rooms several_;                   // by the key of a set: spoken to in this turn
  std::vector<Room*> spoken_to_;    // in this turn, in order; each has something to send
  std::vector<Spoken> speakers_;    // by slot
  std::uint64_t turn_ = 1;
  std::size_t members_ = 0;         // each as often as rooms it is in
  bool delivering_ = false;
  std::vector<std::string> emptied_;  // while delivering
  std::vector<const Audience*> served_;
  Inbox& inbox_;
  const std::vector<Inbox*> others_;
  Counters counters_;

  // Messages whose receivers are being counted.
  struct Count {
    std::size_t missing = 0;  // answers
    std::uint64_t receivers = 0;
    std::function<void(std::uint64_t)> told;
  };
  std::unordered_map<std::uint64_t, Count> counts_;
  std::uint64_t questions_ = 0;
  std::uint64_t receivers_here_ = 0;
  bool asking_ = false;  // what is being flushed is a message to count, the latest question

  const Order order_;
  Publications publications_;  // of this turn, for the shard that orders
  std::size_t publication_bytes_ = 0;
  std::unordered_map<std::uint32_t, std::vector<Joining>> joining_;  // by slot
  std::uint64_t joins_ = 0;
  std::function<void(net::ConnectionId)> joined_;
};

}  // namespace wsb::hub

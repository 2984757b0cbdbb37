#pragma once

// One worker's part of the hub. Messages are collected during a loop turn and sent at its end, one
// batch for all: to the clients of this worker, and by reference to the inboxes of the other
// workers. Owned by its worker; everything is called on its loop's thread.

#include <cstddef>
#include <vector>

#include "core/base/bytes.h"
#include "core/hub/counters.h"
#include "core/hub/inbox.h"
#include "core/hub/room.h"
#include "core/net/connection.h"
#include "core/net/loop.h"
#include "core/session/encoding.h"

namespace wsb::hub {

class Shard final : public net::TurnEnd {
 public:
  // `inbox` is this worker's own, `others` are those of all other workers; they outlive the shard.
  Shard(std::vector<session::Encoding> encodings, Inbox& inbox, std::vector<Inbox*> others);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // A member gets what is published from now on, and of what was published before at most what
  // other workers' clients said and is still on its way here.
  void join(net::Connection& connection, session::Encoding encoding);
  void leave(net::ConnectionId id, session::Encoding encoding);

  // To everyone but the sender, at the end of this turn.
  void publish(net::ConnectionId sender, ws::Opcode opcode, BytesView payload);

  // Delivers what the other workers posted. Called when the inbox wakes its owner.
  void receive();

  [[nodiscard]] std::size_t pending_bytes() const override { return room_.pending_bytes(); }
  void flush() override;

  [[nodiscard]] Counters counters() const;

 private:
  void post_to_others(session::Encoding encoding, const net::BatchRef& batch);

  Room room_;  // the one room of now
  Inbox& inbox_;
  const std::vector<Inbox*> others_;
  Counters counters_;
};

}  // namespace wsb::hub

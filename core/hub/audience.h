#pragma once

// All clients of one worker that get the same messages in the same encoding, and the batch that is
// being collected for them. A message is framed once here, whatever the number of receivers; giving
// a batch to a receiver allocates nothing. Owned by a Room, on its worker's thread; one without
// members collects what goes to several rooms, whose audiences then share it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/hub/counters.h"
#include "core/net/batch.h"
#include "core/net/connection.h"
#include "core/session/encoding.h"

namespace wsb::hub {

class Audience {
 public:
  Audience() = default;
  Audience(const Audience&) = delete;
  Audience& operator=(const Audience&) = delete;

  // Once for each connection, until leave(). Batches sealed before are not for it: seal and deliver
  // what is pending first. A leaver is unknown from then on, also in the middle of a delivery.
  void join(net::Connection& connection);
  // Messages that it was given and never got are counted, as dropped.
  void leave(net::ConnectionId id, Counters& counters);
  [[nodiscard]] std::size_t size() const { return index_.size(); }

  // Frames one message of `sender`, who will not get it himself, and what belongs to it. `id` and
  // `note`: see BatchBuilder; the note, unless it is empty, goes in front.
  void append(net::ConnectionId sender, const session::Encoded& message, std::uint64_t id = 0,
              BytesView note = {});
  [[nodiscard]] std::size_t pending_bytes() const { return sealed_bytes_ + builder_.bytes(); }

  // Closes the batch being collected. Then sealed() holds all that was appended, in order, until
  // deliver_sealed().
  void seal();
  [[nodiscard]] const std::vector<net::BatchRef>& sealed() const { return sealed_; }
  void deliver_sealed(Counters& counters);

  // Forgets what is sealed: it was shared with others.
  void clear_sealed(Counters& counters);

  // A batch of another worker: every member gets all of it.
  void deliver_foreign(const net::BatchRef& batch, Counters& counters);

  // A batch that another worker made of what clients of all workers said: every member gets what he
  // did not say himself. An audience that gets these collects nothing of its own.
  void deliver_ordered(const net::BatchRef& batch, Counters& counters);

  // A batch for several rooms: not to members of `served` too, which had it, and of this worker's
  // `own` nobody gets what he said.
  void deliver_shared(const net::BatchRef& batch, bool own, std::span<const Audience* const> served,
                      Counters& counters);
  [[nodiscard]] bool has(net::ConnectionId id) const;

  // How often a batch or a part of one was given to a member, since the audience exists: of a batch
  // with one message of somebody who is no member, the number of its receivers.
  [[nodiscard]] std::uint64_t given() const { return given_; }

 private:
  struct Member {
    net::Connection* connection = nullptr;  // nullptr: left during a delivery
    net::ConnectionId id;
    std::uint64_t last_batch = 0;  // serial of the latest batch that has messages of this member
    std::uint64_t dropped = 0;     // messages, as far as they were counted
  };

  void append_group(net::ConnectionId sender, const session::Encoded& message, std::uint64_t id);
  void note_sender(net::ConnectionId sender);
  void deliver(const net::BatchRef& batch, std::uint64_t serial, Counters& counters);
  template <class F>
  void for_each_member(F&& visit);
  void deliver_without_own(Member& member, const net::Batch& batch, const net::BatchRef& ref,
                           Counters& counters);
  void offer(Member& member, const net::BatchRef& batch, std::size_t first, std::size_t last,
             std::uint64_t messages, Counters& counters);
  static void count_dropped(Member& member, Counters& counters);
  void remove_at(std::size_t position);
  void sweep();

  static constexpr std::uint64_t kForeign = UINT64_MAX;  // later than any last_batch

  std::vector<Member> members_;                            // dense, in no order
  std::unordered_map<std::uint32_t, std::size_t> index_;   // slot to position in members_
  net::BatchBuilder builder_;
  std::uint64_t serial_ = 1;  // of the batch being collected
  std::vector<net::BatchRef> sealed_;
  std::size_t sealed_bytes_ = 0;
  std::uint64_t given_ = 0;
  bool delivering_ = false;
  bool left_while_delivering_ = false;
};

}  // namespace wsb::hub

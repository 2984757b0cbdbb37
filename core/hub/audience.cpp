#include "core/hub/audience.h"

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/proto/ws/frame.h"

namespace wsb::hub {

using net::Batch;
using net::BatchRef;
using net::SendStatus;

void Audience::join(net::Connection& connection) {
  const net::ConnectionId id = connection.id();
  const bool added = index_.emplace(id.slot, members_.size()).second;
  WSB_CHECK(added);
  members_.push_back(Member{&connection, id, 0, 0});
}

void Audience::leave(net::ConnectionId id, Counters& counters) {
  const auto found = index_.find(id.slot);
  if (found == index_.end() || members_[found->second].id != id) return;
  const std::size_t position = found->second;
  count_dropped(members_[position], counters);
  index_.erase(found);
  if (delivering_) {
    members_[position].connection = nullptr;
    left_while_delivering_ = true;
    return;
  }
  remove_at(position);
}

void Audience::append(net::ConnectionId sender, const session::Encoded& message, std::uint64_t id,
                      BytesView note) {
  const BytesView payload = message.payload;
  if (!message.attachments.empty()) return append_group(sender, message, id);
  if (!note.empty()) {
    if (builder_.full_for(note.size() + payload.size())) seal();
    builder_.append_note(sender, note);
    note_sender(sender);
  }
  if (!builder_.empty() && builder_.full_for(payload.size())) seal();
  builder_.append(sender, message.opcode, payload, id);
  note_sender(sender);
}

void Audience::append_group(net::ConnectionId sender, const session::Encoded& message,
                            std::uint64_t id) {
  std::vector<net::BatchBuilder::Part> parts{{message.opcode, message.payload}};
  std::size_t bytes = message.payload.size();
  for (const BytesView attachment : message.attachments) {
    parts.push_back({ws::Opcode::binary, attachment});
    bytes += attachment.size() + ws::kMaxFrameHeaderBytes;
  }
  if (!builder_.empty() && builder_.full_for(bytes)) seal();
  builder_.append_group(sender, parts, id);
  note_sender(sender);
  if (builder_.bytes() > limits::kWriteBytes) seal();
}

void Audience::note_sender(net::ConnectionId sender) {
  const auto found = index_.find(sender.slot);
  if (found == index_.end()) return;
  Member& member = members_[found->second];
  if (member.id == sender) member.last_batch = serial_;
}

void Audience::seal() {
  if (builder_.empty()) return;
  sealed_.push_back(builder_.freeze());
  sealed_bytes_ += sealed_.back()->plain().bytes.size();
  ++serial_;
}

void Audience::deliver_sealed(Counters& counters) {
  std::uint64_t serial = serial_ - sealed_.size();
  for (const BatchRef& batch : sealed_) deliver(batch, serial++, counters);
  clear_sealed(counters);
}

void Audience::clear_sealed(Counters& counters) {
  counters.batches += sealed_.size();
  sealed_.clear();
  sealed_bytes_ = 0;
}

void Audience::deliver_foreign(const BatchRef& batch, Counters& counters) {
  deliver(batch, kForeign, counters);
}

void Audience::deliver_ordered(const BatchRef& batch, Counters& counters) {
  for (const Batch::Segment& segment : batch->plain().segments) note_sender(segment.sender);
  deliver(batch, serial_++, counters);
}

bool Audience::has(net::ConnectionId id) const {
  const auto found = index_.find(id.slot);
  return found != index_.end() && members_[found->second].id == id;
}

// Members may leave while they are sent to: a send can fail, and a slow reader can be cut.
template <class F>
void Audience::for_each_member(F&& visit) {
  WSB_CHECK(!delivering_);
  delivering_ = true;
  const std::size_t count = members_.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (members_[i].connection != nullptr) visit(members_[i]);
  }
  delivering_ = false;
  if (left_while_delivering_) sweep();
}

void Audience::deliver(const BatchRef& batch, std::uint64_t serial, Counters& counters) {
  const std::size_t segments = batch->segment_count();
  const std::uint64_t messages = batch->message_count();
  for_each_member([&](Member& member) {
    // A member that sent later, in a batch behind this one, is checked for nothing; that is rare.
    if (member.last_batch < serial) [[likely]] {
      offer(member, batch, 0, segments, messages, counters);
    } else {
      deliver_without_own(member, *batch, batch, counters);
    }
  });
}

void Audience::deliver_shared(const BatchRef& batch, bool own,
                              std::span<const Audience* const> served, Counters& counters) {
  const std::size_t segments = batch->segment_count();
  const std::uint64_t messages = batch->message_count();
  for_each_member([&](Member& member) {
    for (const Audience* other : served) {
      if (other->has(member.id)) return;
    }
    if (own) {
      deliver_without_own(member, *batch, batch, counters);
    } else {
      offer(member, batch, 0, segments, messages, counters);
    }
  });
}

void Audience::deliver_without_own(Member& member, const Batch& batch, const BatchRef& ref,
                                   Counters& counters) {
  const std::vector<Batch::Segment>& segments = batch.plain().segments;
  std::size_t first = 0;
  std::uint64_t messages = 0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].sender != member.id) {
      messages += segments[i].messages;
      continue;
    }
    if (first < i) offer(member, ref, first, i, messages, counters);
    first = i + 1;
    messages = 0;
    if (member.connection == nullptr) return;
  }
  if (first < segments.size()) offer(member, ref, first, segments.size(), messages, counters);
}

void Audience::offer(Member& member, const BatchRef& batch, std::size_t first, std::size_t last,
                     std::uint64_t messages, Counters& counters) {
  net::Connection& connection = *member.connection;
  switch (connection.send(batch, first, last)) {
    case SendStatus::sent:
      ++given_;
      counters.deliveries += messages;
      return;
    case SendStatus::queued:
      ++given_;
      counters.deliveries += messages;
      ++counters.slow_sends;
      return;
    case SendStatus::dropped: {
      if (member.connection == nullptr) return;  // and cut for it
      // Which messages fell, these or older ones, is the policy's choice: the connection counts.
      counters.deliveries += messages;
      count_dropped(member, counters);
      return;
    }
    case SendStatus::closed:
      return;
  }
}

// They were counted as deliveries when they were given to it.
void Audience::count_dropped(Member& member, Counters& counters) {
  const std::uint64_t dropped = member.connection->stats().dropped_messages;
  const std::uint64_t fresh = dropped - member.dropped;
  member.dropped = dropped;
  counters.dropped += fresh;
  counters.deliveries -= fresh < counters.deliveries ? fresh : counters.deliveries;
}

void Audience::remove_at(std::size_t position) {
  if (position + 1 != members_.size()) {
    members_[position] = members_.back();
    // A member that left during a delivery is in no index any more.
    if (members_[position].connection != nullptr) index_[members_[position].id.slot] = position;
  }
  members_.pop_back();
}

void Audience::sweep() {
  for (std::size_t i = members_.size(); i-- > 0;) {
    if (members_[i].connection == nullptr) remove_at(i);
  }
  left_while_delivering_ = false;
}

}  // namespace wsb::hub

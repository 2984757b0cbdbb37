#include "core/hub/shard.h"

#include <algorithm>
#include <utility>

namespace wsb::hub {

Shard::Shard(std::vector<session::Encoding> encodings, Inbox& inbox, std::vector<Inbox*> others)
    : encodings_(std::move(encodings)),
      home_(encodings_),
      inbox_(inbox),
      others_(std::move(others)) {}

// ---- rooms

Room* Shard::find(const std::string& name) {
  if (name.empty()) return &home_;
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

Room& Shard::room_of(const RoomsRef& rooms) {
  if (rooms == nullptr) return home_;
  const bool single = rooms->names().size() == 1;
  auto& room = single ? rooms_[rooms->names().front()] : several_[rooms->key()];
  if (room == nullptr) room = std::make_unique<Room>(encodings_, rooms);
  return *room;
}

void Shard::join(net::Connection& connection, session::Encoding encoding, const std::string& room) {
  if (pending_bytes() > 0) flush();
  Room* known = find(room);
  Room& joined = known == nullptr ? room_of(make_rooms({room})) : *known;
  joined.audience(encoding).join(connection);
  ++members_;
}

void Shard::leave(net::ConnectionId id, session::Encoding encoding, const std::string& room) {
  Room* left = find(room);
  if (left == nullptr) return;
  const std::size_t before = left->size();
  left->audience(encoding).leave(id, counters_);
  members_ -= before - left->size();
  if (left->size() > 0 || left == &home_) return;
  if (delivering_) {
    emptied_.push_back(room);
  } else {
    free_if_unused(room);
  }
}

void Shard::free_if_unused(const std::string& name) {
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) return;
  if (found->second->size() == 0 && found->second->pending_bytes() == 0) rooms_.erase(found);
}

void Shard::free_unused() {
  for (const std::string& name : emptied_) free_if_unused(name);
  emptied_.clear();
}

// ---- messages

void Shard::publish(net::ConnectionId sender, ws::Opcode opcode, BytesView payload,
                    const RoomsRef& rooms) {
  if (encodings_.empty() || (rooms != nullptr && rooms->names().empty())) return;
  ++counters_.messages;
  counters_.payload_bytes += payload.size();
  Room* room = &room_of(rooms);
  if (sender.valid() && !keeps_order(sender, *room)) {
    flush();
    room = &room_of(rooms);
    speakers_[sender.slot] = {turn_, room};
  }
  if (room->pending_bytes() == 0) spoken_to_.push_back(room);
  room->publish(sender, opcode, payload);
}

// Within a turn a room is one batch: what somebody said to one room is sent out before he is heard
// in another.
bool Shard::keeps_order(net::ConnectionId sender, const Room& room) {
  if (sender.slot >= speakers_.size()) speakers_.resize(sender.slot + std::size_t{1});
  Spoken& before = speakers_[sender.slot];
  if (before.turn == turn_ && before.room != &room) return false;
  before = {turn_, &room};
  return true;
}

std::size_t Shard::pending_bytes() const {
  std::size_t bytes = 0;
  for (const Room* room : spoken_to_) bytes += room->pending_bytes();
  return bytes;
}

void Shard::flush() {
  delivering_ = true;
  for (Room* room : spoken_to_) {
    for (const session::Encoding encoding : encodings_) send_out(*room, encoding);
    if (room != &home_ && !room->is_several() && room->size() == 0) {
      emptied_.push_back(room->rooms()->names().front());
    }
  }
  delivering_ = false;
  spoken_to_.clear();
  several_.clear();
  ++turn_;
  free_unused();
}

void Shard::send_out(Room& room, session::Encoding encoding) {
  Audience& audience = room.audience(encoding);
  audience.seal();
  // The others first: they deliver while this worker does.
  for (const net::BatchRef& batch : audience.sealed()) {
    post_to_others(encoding, batch, room.rooms());
  }
  if (!room.is_several()) return audience.deliver_sealed(counters_);
  for (const net::BatchRef& batch : audience.sealed()) {
    deliver_to_several(*room.rooms(), encoding, batch, true);
  }
  audience.clear_sealed(counters_);
}

void Shard::deliver_to_several(const RoomSet& rooms, session::Encoding encoding,
                               const net::BatchRef& batch, bool own) {
  served_.clear();
  for (const std::string& name : rooms.names()) {
    Room* room = find(name);
    if (room == nullptr) continue;
    Audience& audience = room->audience(encoding);
    audience.deliver_shared(batch, own, served_, counters_);
    served_.push_back(&audience);
  }
}

void Shard::receive() {
  delivering_ = true;
  inbox_.drain([this](const Parcel& parcel) {
    if (parcel.rooms != nullptr && parcel.rooms->names().size() > 1) {
      return deliver_to_several(*parcel.rooms, parcel.encoding, parcel.batch, false);
    }
    Room* room = parcel.rooms == nullptr ? &home_ : find(parcel.rooms->names().front());
    if (room != nullptr) room->audience(parcel.encoding).deliver_foreign(parcel.batch, counters_);
  });
  delivering_ = false;
  free_unused();
}

void Shard::post_to_others(session::Encoding encoding, const net::BatchRef& batch,
                           const RoomsRef& rooms) {
  for (Inbox* other : others_) {
    if (!other->post(Parcel{encoding, batch, rooms})) ++counters_.mailbox_refusals;
  }
}

Counters Shard::counters() const {
  Counters counters = counters_;
  counters.members = members_;
  counters.rooms = rooms_.size();
  return counters;
}

}  // namespace wsb::hub

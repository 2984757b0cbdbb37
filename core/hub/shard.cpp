#include "core/hub/shard.h"

#include <algorithm>
#include <utility>

namespace wsb::hub {

namespace {

Publication publication_of(net::ConnectionId sender, const session::Said& said,
                           const RoomsRef& rooms) {
  Publication out{sender, said.kind, Bytes(said.payload), {}, rooms, {}, said.author};
  for (const BytesView attachment : said.attachments) out.attachments.emplace_back(attachment);
  return out;
}

}  // namespace

Shard::Shard(std::vector<session::Encoding> encodings, Inbox& inbox, std::vector<Inbox*> others,
             Order order, Readers* readers)
    : encodings_(std::move(encodings)),
      readers_(readers),
      home_(encodings_, nullptr, readers),
      inbox_(inbox),
      others_(std::move(others)),
      order_(std::move(order)) {}

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
  if (room == nullptr) room = std::make_unique<Room>(encodings_, rooms, readers_);
  return *room;
}

void Shard::join(net::Connection& connection, session::Encoding encoding, const std::string& room) {
  if (pending_bytes() > 0) flush();
  Room* known = find(room);
  Room& joined = known == nullptr ? room_of(make_rooms({room})) : *known;
  joined.audience(encoding).join(connection);
  if (readers_ != nullptr) readers_->add(encoding);
  ++members_;
}

void Shard::leave(net::ConnectionId id, session::Encoding encoding, const std::string& room) {
  if (!joining_.empty()) forget_joining(id, room);
  Room* left = find(room);
  if (left == nullptr) return;
  const std::size_t before = left->size();
  left->audience(encoding).leave(id, counters_);
  members_ -= before - left->size();
  if (readers_ != nullptr) readers_->remove(encoding, before - left->size());
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

void Shard::publish(net::ConnectionId sender, const session::Said& said, const RoomsRef& rooms) {
  if (encodings_.empty() || is_nobody(rooms)) return;
  ++counters_.messages;
  counters_.payload_bytes += said.bytes();
  if (order_.orderer != nullptr) return hand_to_orderer(publication_of(sender, said, rooms));
  if (order_.keeper) return order(sender, said, rooms);
  Room* room = &room_of(rooms);
  if (sender.valid() && !keeps_order(sender, *room)) {
    flush();
    room = &room_of(rooms);
    speakers_[sender.slot] = {turn_, room};
  }
  const bool spoken_to = room->pending_bytes() > 0;
  room->publish(sender, said);
  note_spoken(*room, spoken_to);
}

// What nobody anywhere reads is not framed, and leaves no room behind.
void Shard::note_spoken(Room& room, bool before) {
  if (before) return;
  if (room.pending_bytes() > 0) return spoken_to_.push_back(&room);
  if (&room == &home_) return;
  if (room.is_several()) {
    several_.erase(std::string(room.rooms()->key()));
  } else if (delivering_) {
    emptied_.push_back(room.rooms()->names().front());
  } else {
    free_if_unused(std::string(room.rooms()->names().front()));
  }
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
  std::size_t bytes = publication_bytes_;
  for (const Room* room : spoken_to_) bytes += room->pending_bytes();
  return bytes;
}

void Shard::flush() {
  if (!publications_.empty()) post_publications();
  const bool within = std::exchange(delivering_, true);
  for (Room* room : spoken_to_) {
    for (const session::Encoding encoding : encodings_) {
      const std::uint64_t before = asking_ ? given(room->rooms(), encoding) : 0;
      send_out(*room, encoding);
      if (asking_) receivers_here_ += given(room->rooms(), encoding) - before;
    }
    if (room != &home_ && !room->is_several() && room->size() == 0) {
      emptied_.push_back(room->rooms()->names().front());
    }
  }
  delivering_ = within;
  spoken_to_.clear();
  several_.clear();
  ++turn_;
  if (!within) free_unused();
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
  inbox_.drain([this](const Parcel& parcel) { take(parcel); });
  delivering_ = false;
  free_unused();
}

void Shard::take(const Parcel& parcel) {
  if (parcel.mail != nullptr) return open_mail(*parcel.mail);
  if (parcel.batch == nullptr) return count(parcel.question.number, parcel.receivers);
  const std::uint64_t receivers = deliver_foreign(parcel);
  if (parcel.question.asker == nullptr) return;
  Parcel answer;
  answer.question = parcel.question;
  answer.receivers = receivers;
  (void)parcel.question.asker->post(std::move(answer));
}

std::uint64_t Shard::deliver_foreign(const Parcel& parcel) {
  const std::uint64_t before = given(parcel.rooms, parcel.encoding);
  const bool ordered = order_.orderer != nullptr;  // then our own clients' messages are in it
  if (parcel.rooms != nullptr && parcel.rooms->names().size() > 1) {
    deliver_to_several(*parcel.rooms, parcel.encoding, parcel.batch, ordered);
  } else {
    Room* room = parcel.rooms == nullptr ? &home_ : find(parcel.rooms->names().front());
    if (room != nullptr && ordered) {
      room->audience(parcel.encoding).deliver_ordered(parcel.batch, counters_);
    } else if (room != nullptr) {
      room->audience(parcel.encoding).deliver_foreign(parcel.batch, counters_);
    }
  }
  return given(parcel.rooms, parcel.encoding) - before;
}

void Shard::post_to_others(session::Encoding encoding, const net::BatchRef& batch,
                           const RoomsRef& rooms) {
  const Question question = asking_ ? Question{&inbox_, questions_} : Question{};
  for (Inbox* other : others_) {
    const bool posted = other->post(Parcel{encoding, batch, rooms, question, 0});
    if (!posted) ++counters_.mailbox_refusals;
    if (posted && asking_) ++counts_[questions_].missing;
  }
}

// ---- counting

void Shard::publish_counted(net::ConnectionId sender, const session::Said& said,
                            const RoomsRef& rooms, std::function<void(std::uint64_t)> told) {
  if (order_.orderer == nullptr || is_nobody(rooms)) {
    return count_receivers(std::move(told), [&] { publish(sender, said, rooms); });
  }
  ++counters_.messages;
  counters_.payload_bytes += said.bytes();
  counts_[++questions_] = {1, 0, std::move(told)};
  Publication publication = publication_of(sender, said, rooms);
  publication.question = {&inbox_, questions_};
  hand_to_orderer(std::move(publication));
  flush();
}

void Shard::count_receivers(std::function<void(std::uint64_t)> told,
                            const std::function<void()>& publish) {
  flush();
  const std::uint64_t question = ++questions_;
  counts_[question] = {1, 0, std::move(told)};
  publish();
  asking_ = true;
  flush();
  asking_ = false;
  count(question, std::exchange(receivers_here_, 0));
}

std::uint64_t Shard::given(const RoomsRef& rooms, session::Encoding encoding) {
  if (rooms == nullptr) return home_.audience(encoding).given();
  std::uint64_t sum = 0;
  for (const std::string& name : rooms->names()) {
    if (Room* room = find(name)) sum += room->audience(encoding).given();
  }
  return sum;
}

void Shard::count(std::uint64_t question, std::uint64_t receivers) {
  const auto found = counts_.find(question);
  if (found == counts_.end()) return;
  found->second.receivers += receivers;
  if (--found->second.missing > 0) return;
  const Count done = std::move(found->second);
  counts_.erase(found);
  done.told(done.receivers);
}

Counters Shard::counters() const {
  Counters counters = counters_;
  counters.members = members_;
  counters.rooms = rooms_.size();
  if (order_.keeper) {
    counters.history_bytes = order_.keeper->bytes();
    counters.forgotten_rooms = order_.keeper->forgotten_rooms();
  }
  return counters;
}

}  // namespace wsb::hub

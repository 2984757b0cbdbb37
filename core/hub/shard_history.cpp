// How shards give all messages one order when they are kept; see shard.h. The shard of the
// first worker orders: the others hand it what their clients say, and get it back in batches like
// everybody. Joining goes the same way, so that the answer lies among the batches exactly where the
// joiner begins to listen.

#include <algorithm>
#include <utility>

#include "core/hub/shard.h"

namespace wsb::hub {

namespace {

// So that empty messages are something that waits, too.
constexpr std::size_t kPublicationOverhead = 64;

Parcel parcel_of(Mail mail) {
  Parcel parcel;
  parcel.mail = std::make_shared<const Mail>(std::move(mail));
  return parcel;
}

}  // namespace

// ---- messages

void Shard::hand_to_orderer(Publication publication) {
  publication_bytes_ += publication.payload.size() + kPublicationOverhead;
  for (const Bytes& attachment : publication.attachments) publication_bytes_ += attachment.size();
  publications_.push_back(std::move(publication));
}

void Shard::post_publications() {
  publication_bytes_ = 0;
  Publications publications = std::exchange(publications_, {});
  std::vector<std::uint64_t> questions;
  for (const Publication& publication : publications) {
    if (publication.question.asker != nullptr) questions.push_back(publication.question.number);
  }
  if (order_.orderer->post(parcel_of(std::move(publications)))) return;
  ++counters_.mailbox_refusals;
  for (const std::uint64_t question : questions) count(question, 0);
}

// One room after the other: who is in several of them gets all in the order of the ids.
void Shard::order(net::ConnectionId sender, const session::Said& said, const RoomsRef& rooms) {
  Room* room = &room_of(rooms);
  if (!spoken_to_.empty() && spoken_to_.back() != room) {
    flush();
    room = &room_of(rooms);
  }
  const std::uint64_t id = order_.keeper->keep(said, rooms);
  const bool spoken_to = room->pending_bytes() > 0;
  room->publish(sender, said, {order_.history ? id : 0, false, order_.offsets ? id : 0});
  note_spoken(*room, spoken_to);
}

void Shard::open_mail(const Mail& mail) {
  std::visit([this](const auto& letter) { take(letter); }, mail);
}

void Shard::take(const Publications& publications) {
  for (const Publication& publication : publications) {
    const auto publish = [&] {
      const std::vector<BytesView> attachments(publication.attachments.begin(),
                                               publication.attachments.end());
      order(publication.sender,
            {publication.kind, publication.payload, attachments, publication.author},
            publication.rooms);
    };
    const Question question = publication.question;
    if (question.asker == nullptr) {
      publish();
      continue;
    }
    const auto answer = [question](std::uint64_t receivers) {
      Parcel parcel;
      parcel.question = question;
      parcel.receivers = receivers;
      (void)question.asker->post(std::move(parcel));
    };
    count_receivers(answer, publish);
  }
}

// ---- joining

void Shard::join_all(net::Connection& connection, session::Encoding encoding,
                     const std::vector<std::string>& rooms, std::optional<std::uint64_t> since) {
  if (rooms.empty()) return;
  if (!keeps_history()) {
    for (const std::string& room : rooms) join(connection, encoding, room);
    return;
  }
  JoinRequest request;
  request.since = since;
  ask_to_join({&connection, connection.id(), encoding, rooms}, std::move(request));
}

void Shard::join_anew(net::Connection& connection, const std::vector<std::string>& rooms,
                      Told told) {
  JoinRequest request;
  request.wants = JoinRequest::Wants::nothing;
  ask_to_join(
      {&connection, connection.id(), session::Encoding::socketio, rooms, 0, std::move(told)},
      std::move(request));
}

void Shard::join_again(net::Connection& connection, const std::vector<std::string>& rooms,
                       std::uint64_t since, std::uint64_t author, Told told) {
  JoinRequest request;
  request.since = since;
  request.wants = JoinRequest::Wants::missed;
  request.author = author;
  ask_to_join(
      {&connection, connection.id(), session::Encoding::socketio, rooms, 0, std::move(told)},
      std::move(request));
}

void Shard::ask_to_join(Joining joining, JoinRequest request) {
  joining.number = ++joins_;
  request.asker = &inbox_;
  request.joiner = joining.id;
  request.number = joining.number;
  request.rooms = joining.rooms;
  request.encoding = joining.encoding;
  if (order_.keeper) {
    flush();
    return finish_join(joining, answer_of(request));
  }
  // What its worker has not handed over yet was said before.
  if (!publications_.empty()) post_publications();
  joining_[joining.id.slot].push_back(std::move(joining));
  if (!order_.orderer->post(parcel_of(std::move(request)))) ++counters_.mailbox_refusals;
}

JoinAnswer Shard::answer_of(const JoinRequest& request) {
  Keeper& keeper = *order_.keeper;
  JoinAnswer answer{request.joiner, request.number, nullptr, keeper.position()};
  switch (request.wants) {
    case JoinRequest::Wants::history:
      answer.replay = keeper.replay(request.rooms, request.since, request.encoding);
      break;
    case JoinRequest::Wants::nothing: answer.replay = std::make_shared<const Replay>(); break;
    case JoinRequest::Wants::missed:
      answer.replay = keeper.recover(request.rooms, request.since.value_or(0), request.author);
  }
  return answer;
}

void Shard::take(const JoinRequest& request) {
  flush();
  (void)request.asker->post(parcel_of(answer_of(request)));
}

void Shard::take(const JoinAnswer& answer) {
  const auto slot = joining_.find(answer.joiner.slot);
  if (slot == joining_.end()) return;  // it has left
  std::vector<Joining>& waiting = slot->second;
  const auto found = std::find_if(waiting.begin(), waiting.end(), [&](const Joining& joining) {
    return joining.number == answer.number;
  });
  if (found == waiting.end()) return;
  const Joining joining = std::move(*found);
  waiting.erase(found);
  if (waiting.empty()) joining_.erase(slot);
  finish_join(joining, answer);
  if (joined_ && !is_joining(joining.id)) joined_(joining.id);
}

bool Shard::is_joining(net::ConnectionId id) const {
  const auto found = joining_.find(id.slot);
  return found != joining_.end() &&
         std::any_of(found->second.begin(), found->second.end(),
                     [&](const Joining& joining) { return joining.id == id; });
}

// Whoever is told of an arrival asked either for nothing or for all that it missed.
void Shard::finish_join(const Joining& joining, const JoinAnswer& answer) {
  const Replay& replay = *answer.replay;
  // First of all: if the connection breaks before the rest has come, nothing was missed but that.
  if (joining.told) joining.told({answer.position, replay.gap});
  if (joining.told && replay.gap) return;
  if (replay.gap) ++counters_.gaps;
  counters_.replayed += replay.messages;
  for (const net::BatchRef& batch : replay.batches) {
    const auto status = joining.connection->send(batch, 0, batch->segment_count());
    if (status == net::SendStatus::closed) return;
  }
  for (const std::string& room : joining.rooms) join(*joining.connection, joining.encoding, room);
}

void Shard::forget_joining(net::ConnectionId id, const std::string& room) {
  const auto found = joining_.find(id.slot);
  if (found == joining_.end()) return;
  std::vector<Joining>& waiting = found->second;
  for (Joining& joining : waiting) {
    if (joining.id == id) std::erase(joining.rooms, room);
  }
  std::erase_if(waiting, [](const Joining& joining) { return joining.rooms.empty(); });
  if (waiting.empty()) joining_.erase(found);
}

}  // namespace wsb::hub

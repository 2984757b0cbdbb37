#include "core/hub/keeper.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/session/encoding.h"

namespace wsb::hub {

Keeper::Keeper(const HistoryLimits& limits, std::uint64_t first_id)
    : limits_(limits), first_id_(first_id), next_id_(first_id) {
  WSB_CHECK(first_id > 0);
}

// ---- keeping

std::uint64_t Keeper::keep(ws::Opcode opcode, BytesView payload, const RoomsRef& rooms) {
  const std::uint64_t id = next_id_++;
  const BytesView encoded =
      session::encode(session::Encoding::plain, opcode, payload, scratch_, {id, true});
  const HistoryMessage message{id, opcode, std::make_shared<const Bytes>(encoded)};
  const auto keep_in = [&](const std::string& room) {
    History& history = touch(room, id);
    bytes_ -= history.bytes().bytes;
    history.add(message);
    bytes_ += history.bytes().bytes;
  };
  if (rooms == nullptr) {
    keep_in({});
  } else {
    for (const std::string& room : rooms->names()) keep_in(room);
  }
  while (bytes_ > limits::kHistoryBytes || rooms_.size() > limits::kHistoryRooms) forget_oldest();
  return id;
}

History& Keeper::touch(const std::string& room, std::uint64_t id) {
  const auto known = by_name_.find(room);
  if (known == by_name_.end()) {
    rooms_.push_front(Kept{room, History(limits_), id});
    by_name_.emplace(room, rooms_.begin());
  } else {
    rooms_.splice(rooms_.begin(), rooms_, known->second);
    rooms_.front().last_id = id;
  }
  return rooms_.front().history;
}

void Keeper::forget_oldest() {
  const Kept& oldest = rooms_.back();
  bytes_ -= oldest.history.bytes().bytes;
  forgotten_to_ = std::max(forgotten_to_, oldest.last_id);
  ++forgotten_rooms_;
  by_name_.erase(oldest.room);
  rooms_.pop_back();
}

// ---- replaying

bool Keeper::select(const std::vector<std::string>& rooms, std::uint64_t since,
                    Selection& out) const {
  const bool resumes = since != 0;
  const bool unknown = resumes && (since + 1 < first_id_ || since >= next_id_);
  const std::uint64_t after = unknown ? 0 : since;
  bool gap = unknown;
  for (const std::string& room : rooms) {
    const auto kept = by_name_.find(room);
    const bool here = kept != by_name_.end();
    if (resumes && after < (here ? kept->second->history.dropped_to() : forgotten_to_)) gap = true;
    if (here) kept->second->history.append_since(after, out);
  }
  if (rooms.size() > 1) {  // a message to several of them is in each
    const auto earlier = [](const auto* a, const auto* b) { return a->id < b->id; };
    const auto same = [](const auto* a, const auto* b) { return a->id == b->id; };
    std::sort(out.begin(), out.end(), earlier);
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
  }
  std::uint64_t bytes = 0;
  auto first = out.end();
  while (first != out.begin() && bytes + (*(first - 1))->payload->size() <= limits_.bytes.bytes) {
    bytes += (*--first)->payload->size();
  }
  if (resumes && first != out.begin()) gap = true;
  out.erase(out.begin(), first);
  return gap;
}

std::shared_ptr<const Replay> Keeper::replay(const std::vector<std::string>& rooms,
                                             std::optional<std::uint64_t> since) {
  Selection selection;
  const bool gap = select(rooms, since.value_or(0), selection);
  std::vector<std::uint64_t> ids;
  ids.reserve(selection.size());
  for (const HistoryMessage* message : selection) ids.push_back(message->id);
  if (framed_ == nullptr || framed_->gap != gap || framed_ids_ != ids) {
    framed_ = frame(selection, gap);
    framed_ids_ = std::move(ids);
  }
  return framed_;
}

std::shared_ptr<const Replay> Keeper::frame(const Selection& selection, bool gap) {
  auto replay = std::make_shared<Replay>();
  replay->gap = gap;
  replay->messages = selection.size();
  const auto make_room = [&](std::size_t bytes) {
    if (builder_.full_for(bytes)) replay->batches.push_back(builder_.freeze());
  };
  if (gap) builder_.append({}, ws::Opcode::text, session::gap_text());
  for (const HistoryMessage* message : selection) {
    if (message->opcode == ws::Opcode::binary) {
      scratch_.clear();
      session::append_binary_note(scratch_, {message->id, true});
      make_room(scratch_.size());
      builder_.append_note({}, scratch_);
    }
    make_room(message->payload->size());
    builder_.append({}, message->opcode, *message->payload, message->id);
  }
  if (!builder_.empty()) replay->batches.push_back(builder_.freeze());
  return replay;
}

}  // namespace wsb::hub

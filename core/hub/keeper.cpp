#include "core/hub/keeper.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/proto/ws/frame.h"
#include "core/session/encoding.h"
#include "core/session/namespace_room.h"

namespace wsb::hub {

namespace {

// What a message costs besides its bytes, so that empty ones are bounded, too.
constexpr std::size_t kMessageOverhead = 128;

HistoryLimits larger(const HistoryLimits& a, const HistoryLimits& b) {
  if (a.messages == 0) return b;
  if (b.messages == 0) return a;
  return {std::max(a.messages, b.messages), {std::max(a.bytes.bytes, b.bytes.bytes)}};
}

}  // namespace

Keeper::Keeper(const HistoryLimits& limits, std::uint64_t first_id, const HistoryLimits& recovery)
    : joiners_(limits),
      limits_(larger(limits, recovery)),
      offsets_(recovery.messages > 0),
      first_id_(first_id),
      next_id_(first_id) {
  WSB_CHECK(first_id > 0);
}

// Of a message that is sent again.
session::Mark Keeper::mark_of(std::uint64_t id) const {
  return joiners_.messages > 0 ? session::Mark{id, true} : session::Mark{};
}

// ---- keeping

std::uint64_t Keeper::keep(const session::Said& said, const RoomsRef& rooms) {
  const std::uint64_t id = next_id_++;
  const session::Encoded encoded =
      session::encode(session::Encoding::plain, said, scratch_, mark_of(id));
  HistoryMessage message{id, encoded.opcode, std::make_shared<const Bytes>(encoded.payload)};
  message.author = said.author;
  for (const BytesView attachment : encoded.attachments) {
    message.attachments.push_back(std::make_shared<const Bytes>(attachment));
  }
  const auto keep_in = [&](const std::string& room) {
    History& history = touch(room, id);
    bytes_ -= history.bytes().bytes;
    messages_ -= history.size();
    history.add(message);
    bytes_ += history.bytes().bytes;
    messages_ += history.size();
  };
  if (rooms == nullptr) {
    keep_in({});
  } else {
    for (const std::string& room : rooms->names()) keep_in(room);
  }
  while (bytes_ + messages_ * kMessageOverhead > limits::kHistoryBytes ||
         rooms_.size() > limits::kHistoryRooms) {
    forget_oldest();
  }
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
  messages_ -= oldest.history.size();
  forgotten_to_ = std::max(forgotten_to_, oldest.last_id);
  ++forgotten_rooms_;
  by_name_.erase(oldest.room);
  rooms_.pop_back();
}

// ---- replaying

bool Keeper::select(const std::vector<std::string>& rooms, std::uint64_t since,
                    Selection& out) const {
  const bool resumes = since != 0;
  const HistoryLimits& limits = resumes ? limits_ : joiners_;
  const bool unknown = resumes && (since + 1 < first_id_ || since >= next_id_);
  const std::uint64_t after = unknown ? 0 : since;
  bool gap = unknown;
  for (const std::string& room : rooms) {
    const auto kept = by_name_.find(room);
    const bool here = kept != by_name_.end();
    if (resumes && after < (here ? kept->second->history.dropped_to() : forgotten_to_)) gap = true;
    if (here) kept->second->history.append_since(after, out, limits.messages);
  }
  if (rooms.size() > 1) {  // a message to several of them is in each
    const auto earlier = [](const auto* a, const auto* b) { return a->id < b->id; };
    const auto same = [](const auto* a, const auto* b) { return a->id == b->id; };
    std::sort(out.begin(), out.end(), earlier);
    out.erase(std::unique(out.begin(), out.end(), same), out.end());
  }
  std::uint64_t bytes = 0;
  auto first = out.end();
  while (first != out.begin() && bytes + (*(first - 1))->bytes() <= limits.bytes.bytes) {
    bytes += (*--first)->bytes();
  }
  if (resumes && first != out.begin()) gap = true;
  out.erase(out.begin(), first);
  return gap;
}

std::shared_ptr<const Replay> Keeper::replay(const std::vector<std::string>& rooms,
                                             std::optional<std::uint64_t> since,
                                             session::Encoding encoding) {
  Selection selection;
  const bool gap = select(rooms, since.value_or(0), selection);
  return framed(selection, gap, rooms, encoding);
}

std::shared_ptr<const Replay> Keeper::recover(const std::vector<std::string>& rooms,
                                              std::uint64_t since, std::uint64_t author) {
  Selection selection;
  const bool gap = since == 0 || select(rooms, since, selection);
  if (gap) {
    auto nothing = std::make_shared<Replay>();
    nothing->gap = true;
    return nothing;
  }
  std::erase_if(selection, [&](const HistoryMessage* message) {
    return author != 0 && message->author == author;
  });
  return framed(selection, false, rooms, session::Encoding::socketio);
}

std::shared_ptr<const Replay> Keeper::framed(const Selection& selection, bool gap,
                                             const std::vector<std::string>& rooms,
                                             session::Encoding encoding) {
  std::vector<std::uint64_t> ids;
  ids.reserve(selection.size());
  for (const HistoryMessage* message : selection) ids.push_back(message->id);
  Form form{encoding, {}};
  if (encoding == session::Encoding::socketio && !rooms.empty()) {
    form.nsp = session::namespace_of(rooms.front());
  }
  if (framed_ == nullptr || framed_->gap != gap || framed_ids_ != ids || framed_form_ != form) {
    framed_ = frame(selection, gap, form);
    framed_ids_ = std::move(ids);
    framed_form_ = std::move(form);
  }
  return framed_;
}

std::shared_ptr<const Replay> Keeper::frame(const Selection& selection, bool gap,
                                            const Form& form) {
  const bool socketio = form.encoding == session::Encoding::socketio;
  auto replay = std::make_shared<Replay>();
  replay->gap = gap;
  replay->messages = selection.size();
  if (gap && socketio) {
    scratch_.clear();
    session::append_socketio_message(scratch_, form.nsp, session::gap_text(), 0);
    builder_.append({}, ws::Opcode::text, scratch_);
  } else if (gap) {
    builder_.append({}, ws::Opcode::text, session::gap_text());
  }
  for (const HistoryMessage* message : selection) {
    if (socketio) {
      append_socketio(*message, form.nsp, *replay);
    } else {
      append_plain(*message, *replay);
    }
  }
  if (!builder_.empty()) replay->batches.push_back(builder_.freeze());
  return replay;
}

void Keeper::make_room(std::size_t bytes, Replay& out) {
  if (builder_.full_for(bytes)) out.batches.push_back(builder_.freeze());
}

void Keeper::append_plain(const HistoryMessage& message, Replay& out) {
  if (message.opcode == ws::Opcode::binary) {
    scratch_.clear();
    session::append_binary_note(scratch_, {message.id, true});
    make_room(scratch_.size(), out);
    builder_.append_note({}, scratch_);
  }
  make_room(message.payload->size(), out);
  builder_.append({}, message.opcode, *message.payload, message.id);
  for (const auto& attachment : message.attachments) {
    make_room(attachment->size(), out);
    builder_.append({}, ws::Opcode::binary, *attachment);
  }
}

// An event and its attachments, in a batch of their own if they are large.
void Keeper::append_socketio(const HistoryMessage& message, std::string_view nsp, Replay& out) {
  std::vector<BytesView> attachments;
  for (const auto& attachment : message.attachments) attachments.push_back(*attachment);
  Bytes envelope;
  if (message.opcode == ws::Opcode::binary) {
    attachments.push_back(*message.payload);
    session::append_broadcast_json(envelope, session::placeholder(), mark_of(message.id));
  } else {
    envelope = *message.payload;
  }
  scratch_.clear();
  session::append_socketio_message(scratch_, nsp, envelope, attachments.size(),
                                   offsets_ ? message.id : 0);
  std::vector<net::BatchBuilder::Part> parts{{ws::Opcode::text, scratch_}};
  std::size_t bytes = scratch_.size();
  for (const BytesView attachment : attachments) {
    parts.push_back({ws::Opcode::binary, attachment});
    bytes += attachment.size() + ws::kMaxFrameHeaderBytes;
  }
  make_room(bytes, out);
  if (attachments.empty()) return builder_.append({}, ws::Opcode::text, scratch_, message.id);
  builder_.append_group({}, parts, message.id);
}

}  // namespace wsb::hub

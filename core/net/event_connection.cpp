#include "core/net/event_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/net/server_peer.h"
#include "core/net/server_pool.h"
#include "core/proto/http/chunked_encoder.h"
#include "core/proto/http/event_stream.h"
#include "core/proto/ws/close_code.h"

namespace wsb::net {

EventConnection::EventConnection(ServerPeer& owner, Agreed agreed)
    : owner_(owner),
      pool_(owner.pool()),
      chunked_(agreed.chunked),
      info_(std::move(agreed.info)),
      id_(pool_.add_events()),
      outbox_(pool_.config().outbox),
      wrote_(pool_.loop().now()),
      note_(std::move(agreed.note)) {}

EventConnection::~EventConnection() { pool_.loop().cancel(timer_); }

ConnectionStats EventConnection::stats() const {
  ConnectionStats out = stats_;
  out.dropped_messages = outbox_.dropped_messages();
  out.backlog_bytes = outbox_.bytes() + own_.size();
  return out;
}

void EventConnection::open(Bytes head) {
  own_ = std::move(head);
  head_bytes_ = own_.size();
  Bytes retry;
  http::append_retry(retry, kRetry_ms);
  append_own(retry);
  opening_ = true;
  pool_.connections().on_open(*this);
  opening_ = false;
  info_.request_headers = {};  // a server has many connections
  flush();
}

// ---- sending

void EventConnection::append_own(BytesView text) {
  if (chunked_) {
    http::append_chunk(own_, text);
  } else {
    own_ += text;
  }
}

std::size_t EventConnection::write(BytesView bytes) {
  const std::size_t taken = owner_.stream().write(bytes);
  blocked_ = taken < bytes.size();
  if (taken > 0) wrote_ = pool_.coarse_now();
  stats_.wire_bytes_out += taken;
  return taken;
}

void EventConnection::count_out(const Batch::Wire& wire, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    stats_.messages_out += wire.segments[i].messages;
    stats_.payload_bytes_out += wire.segments[i].payload_bytes;
  }
}

SendStatus EventConnection::send(const BatchRef& batch, std::size_t first, std::size_t last) {
  if (state_ != State::open) return SendStatus::closed;
  WSB_CHECK(first <= last && last <= batch->segment_count());
  const Batch::Wire& wire = batch->events(chunked_);
  if (first == last || wire.segments[last - 1].end == wire.begin_of(first)) {
    return SendStatus::sent;
  }
  const bool direct = !opening_ && !blocked_ && own_.empty() && outbox_.empty();
  Outbox::Entry entry{.batch = batch,
                      .first_segment = first,
                      .last_segment = last,
                      .bytes = wire.segments[last - 1].end - wire.begin_of(first)};
  for (std::size_t i = first; i < last; ++i) entry.messages += wire.segments[i].messages;
  const SendStatus status = enqueue(std::move(entry));
  if (!direct || status != SendStatus::queued) return status;
  flush();
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

SendStatus EventConnection::enqueue(Outbox::Entry entry) {
  switch (outbox_.push(std::move(entry), pool_.loop().now())) {
    case Outbox::Verdict::queued: return SendStatus::queued;
    case Outbox::Verdict::dropped: return SendStatus::dropped;
    case Outbox::Verdict::disconnect:
      fail_slow_reader("too slow: the backlog is full");
      return SendStatus::closed;
  }
  return SendStatus::closed;
}

SendStatus EventConnection::send(ws::Opcode opcode, BytesView payload, bool /*compress*/) {
  if (state_ != State::open) return SendStatus::closed;
  pool_.builder().append({}, opcode, payload);
  return send(pool_.builder().freeze(), 0, 1);
}

// Whoever has something to read needs none.
void EventConnection::ping(BytesView /*payload*/) {
  if (state_ != State::open || blocked_ || !own_.empty() || !outbox_.empty()) return;
  append_own(http::kEventComment);
  if (!opening_) flush();
}

void EventConnection::writable() {
  blocked_ = false;
  flush();
  if (blocked_) return;
  if (state_ == State::closing) return end();
  if (state_ == State::open) pool_.connections().on_drained(*this);
}

void EventConnection::flush() {
  if (blocked_ || (state_ != State::open && state_ != State::closing)) return;
  if (!own_.empty()) {
    own_.erase(0, write(own_));
    if (blocked_) return;
    Bytes().swap(own_);
  }
  while (!outbox_.empty()) {
    if (!write_entry()) return;
  }
}

// False: the stream is full.
bool EventConnection::write_entry() {
  const Outbox::Entry& entry = *outbox_.front();
  const BatchRef batch = entry.batch;  // advance() may let go of it
  const std::size_t first = entry.first_segment;
  const std::size_t last = entry.last_segment;
  const Batch::Wire& wire = batch->events(chunked_);
  const std::size_t taken = write(wire.next_write(first, last, entry.sent));
  if (outbox_.advance(taken)) count_out(wire, first, last);
  return !blocked_;
}

// ---- the clock

void EventConnection::check(TimePoint now) {
  if (state_ == State::closing && now >= deadline_) {
    tell_closed();
    return owner_.abandon();
  }
  if (state_ != State::open) return;
  const Duration age = pool_.config().outbox.max_age;
  // Of the head or a comment that nobody reads there is no entry.
  const bool own_overdue = age > Duration::zero() && !own_.empty() && now - wrote_ > age;
  if (own_overdue || outbox_.overdue(now)) {
    return fail_slow_reader("too slow: the backlog is too old");
  }
  if (now - wrote_ >= kHeartbeat) ping("");
}

// ---- the end

void EventConnection::close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return;
  state_ = State::closing;
  note_end(CloseInfo::By::local);
  close_->code = code;
  close_->reason = reason;
  close_->clean = true;
  deadline_ = pool_.loop().now() + limits::kCloseTimeout;
  if (!opening_) flush();
  end_soon();
}

// In the middle of an event, perhaps: the client throws the part away, and comes back.
void EventConnection::fail_slow_reader(std::string_view why) {
  ++pool_.counters().slow_readers;
  state_ = State::cut;
  outbox_.clear();
  own_.clear();
  note_end(CloseInfo::By::local);
  close_->code = ws::to_number(ws::CloseCode::try_again_later);
  close_->reason = why;
  close_->error = make_error(ErrorCode::timeout, std::string(why));
  end_soon();
}

void EventConnection::abort() {
  if (state_ == State::over || state_ == State::aborted) return;
  state_ = State::aborted;
  note_end(CloseInfo::By::local);
  end_soon();
}

void EventConnection::note_end(CloseInfo::By by) {
  close_.emplace();
  close_->by = by;
}

void EventConnection::end_soon() {
  pool_.loop().cancel(timer_);
  timer_ = pool_.loop().schedule(pool_.loop().now(), [this] {
    timer_ = {};
    end();
  });
}

void EventConnection::end() {
  const bool waits = !own_.empty() || !outbox_.empty();
  if (state_ == State::closing && waits) return;  // writable() or the deadline comes
  if (state_ == State::closing && chunked_) (void)owner_.stream().write(http::kLastChunk);
  const bool at_once = state_ == State::aborted;
  tell_closed();
  at_once ? owner_.abandon() : owner_.linger();
}

void EventConnection::ended(const StreamEnd& end) {
  if (!close_) {
    note_end(end.error ? CloseInfo::By::network : CloseInfo::By::peer);
    close_->error = end.error;
  }
  tell_closed();
}

void EventConnection::drop() {
  if (!close_) note_end(CloseInfo::By::local);
  tell_closed();
}

void EventConnection::tell_closed() {
  if (state_ == State::over) return;
  state_ = State::over;
  pool_.loop().cancel(std::exchange(timer_, {}));
  outbox_.clear();  // before on_close looks what was dropped
  if (note_ != nullptr) {
    const std::uint64_t sent = std::max<std::uint64_t>(stats_.wire_bytes_out, head_bytes_);
    note_->tell(sent - head_bytes_, pool_.loop().now());
  }
  pool_.connections().on_close(*this, *close_);
  pool_.remove_events(id_);
}

}  // namespace wsb::net

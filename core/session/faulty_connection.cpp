#include "core/session/faulty_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/proto/ws/close_code.h"

namespace wsb::session {

using net::SendStatus;

FaultyConnection::FaultyConnection(net::Connection& below, net::Loop& loop, FaultInjector injector,
                                   ByteSize limit, FaultCounts& counts)
    : below_(below),
      loop_(loop),
      injector_(std::move(injector)),
      limit_(static_cast<std::size_t>(limit.bytes)),
      counts_(counts) {}

FaultyConnection::~FaultyConnection() { loop_.cancel(timer_); }

void FaultyConnection::end() {
  ending_ = true;
  loop_.cancel(std::exchange(timer_, {}));
  waiting_.clear();
  held_.reset();
  bytes_ = 0;
}

net::ConnectionStats FaultyConnection::stats() const {
  net::ConnectionStats stats = below_.stats();
  stats.backlog_bytes += bytes_;
  stats.dropped_messages += lost_;
  return stats;
}

// ---- taking

SendStatus FaultyConnection::send(const net::BatchRef& batch, std::size_t first,
                                  std::size_t last) {
  const std::vector<net::Batch::Segment>& segments = batch->plain().segments;
  WSB_CHECK(first <= last && last <= segments.size());
  std::size_t index = 0;
  for (std::size_t i = 0; i < first; ++i) index += segments[i].messages;
  std::size_t end = index;
  for (std::size_t i = first; i < last; ++i) end += segments[i].messages;
  SendStatus worst = SendStatus::sent;
  for (; index < end; ++index) {
    Message message;
    message.batch = batch;
    message.index = index;
    message.size = batch->message(index, scratch_).payload.size();
    worst = std::max(worst, take(std::move(message)));
  }
  return worst;
}

SendStatus FaultyConnection::send(ws::Opcode opcode, BytesView payload, bool compress) {
  Message message;
  message.opcode = opcode;
  message.payload = payload;
  message.compress = compress;
  message.size = payload.size();
  return take(std::move(message));
}

SendStatus FaultyConnection::take(Message message) {
  static_assert(SendStatus::sent < SendStatus::queued && SendStatus::queued < SendStatus::dropped &&
                SendStatus::dropped < SendStatus::closed);
  if (ending_) return SendStatus::closed;
  message.fate = injector_.decide(loop_.now());
  if (bytes_ > 0 && bytes_ + message.size > limit_) {
    ++counts_.overflowed;
    ++lost_;
    return SendStatus::dropped;
  }
  bytes_ += message.size;
  waiting_.push_back(std::move(message));
  pump();
  if (ending_) return SendStatus::closed;
  return slow_ || bytes_ > limit_ / 2 ? SendStatus::queued : SendStatus::sent;
}

// ---- sending

void FaultyConnection::pump() {
  const TimePoint now = loop_.now();
  while (!waiting_.empty() && waiting_.front().fate.not_before <= now) {
    Message message = std::move(waiting_.front());
    waiting_.pop_front();
    apply(std::move(message));
  }
  if (held_ && held_until_ <= now) release_held();
  wait();
}

void FaultyConnection::wait() {
  TimePoint next = held_ ? held_until_ : TimePoint::max();
  if (!waiting_.empty()) next = std::min(next, waiting_.front().fate.not_before);
  if (timer_.value != 0 && next == wakes_at_) return;
  loop_.cancel(std::exchange(timer_, {}));
  if (next == TimePoint::max()) return;
  wakes_at_ = next;
  timer_ = loop_.schedule(next, [this] {
    timer_ = {};
    pump();
  });
}

void FaultyConnection::apply(Message message) {
  ++counts_.messages;
  if (message.fate.stalled) ++counts_.stalled;
  switch (message.fate.action) {
    case FaultAction::close:
      ++counts_.closed;
      if (held_) release_held();
      end();
      below_.close(ws::to_number(ws::CloseCode::internal_error), "closed on purpose");
      return;
    case FaultAction::drop:
      ++counts_.dropped;
      bytes_ -= message.size;
      return;
    case FaultAction::hold:
      if (held_) break;
      held_ = std::move(message);
      held_until_ = loop_.now() + kHoldTime;
      return;
    case FaultAction::send_twice:
      ++counts_.doubled;
      deliver(message);
      break;
    case FaultAction::pass: break;
  }
  deliver(message);
  if (ending_) return;
  bytes_ -= message.size;
  if (!held_) return;
  ++counts_.reordered;
  release_held();
}

void FaultyConnection::deliver(const Message& message) {
  if (ending_) return;
  net::Batch::Message part{message.opcode, message.payload};
  if (message.batch != nullptr) part = message.batch->message(message.index, scratch_);
  const SendStatus status = below_.send(part.opcode, part.payload, message.compress);
  slow_ = status != SendStatus::sent;
  if (status == SendStatus::closed) end();
}

void FaultyConnection::release_held() {
  const Message message = *std::exchange(held_, std::nullopt);
  deliver(message);
  if (!ending_) bytes_ -= message.size;
}

// ---- the end

void FaultyConnection::close(std::uint16_t code, std::string_view reason) {
  flush();
  ending_ = true;
  below_.close(code, reason);
}

void FaultyConnection::flush() {
  while (!waiting_.empty()) {
    Message message = std::move(waiting_.front());
    waiting_.pop_front();
    apply(std::move(message));
  }
  if (held_) release_held();
  loop_.cancel(std::exchange(timer_, {}));
}

}  // namespace wsb::session

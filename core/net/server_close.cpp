// How a connection of the server ends; see server_connection.h. RFC 6455 §7.

#include <utility>

#include "core/base/limits.h"
#include "core/net/server_connection.h"
#include "core/net/server_peer.h"
#include "core/net/server_pool.h"
#include "core/proto/ws/frame_encoder.h"

namespace wsb::net {

void ServerConnection::close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return;
  ws::CloseInfo frame;
  if (code != 0) {
    frame.code = static_cast<ws::CloseCode>(code);
    frame.reason = ws::cut_reason(reason, limits::kCloseReasonBytes);
  }
  start_close(Cause::local, std::move(frame));
}

void ServerConnection::start_close(Cause cause, ws::CloseInfo frame) {
  cause_ = cause;
  own_close_ = std::make_unique<ws::CloseInfo>(std::move(frame));
  state_ = State::closing;
  deadline_ = pool_.loop().now() + limits::kCloseTimeout;
  watch();
  resume_reading();  // the peer's Close is to be seen
  if (!feeding_) flush();
}

void ServerConnection::send_close_frame(const ws::CloseInfo& frame) {
  ws::FrameEncoder::for_server().append_close(own_, frame);
}

// What is queued is for nobody any more; a write under way is brought to the end of its frame.
void ServerConnection::drop_backlog() {
  if (unit_left_ > 0) {
    const Outbox::Entry& entry = *outbox_.front();
    const Batch::Wire& wire = wire_of(*entry.batch, entry.plain);
    const std::size_t begin = wire.begin_of(entry.first_segment) + entry.sent;
    own_.insert(0, BytesView(wire.bytes).substr(begin, std::exchange(unit_left_, 0)));
  }
  outbox_.clear();
}

void ServerConnection::on_error(const ws::ProtocolError& error) {
  const bool large = error.code == ws::CloseCode::message_too_big;
  ++(large ? pool_.counters().too_large : pool_.counters().protocol_errors);
  error_ = std::make_unique<Error>(
      make_error(large ? ErrorCode::too_large : ErrorCode::protocol, error.text));
  if (state_ == State::closed) {  // our Close frame has gone already, and there is only one
    cause_ = Cause::failed;
    return;
  }
  drop_backlog();
  start_close(Cause::failed, {error.code, error.text});
}

void ServerConnection::fail_slow_reader(std::string_view why) {
  ++pool_.counters().slow_readers;
  error_ = std::make_unique<Error>(make_error(ErrorCode::timeout, std::string(why)));
  drop_backlog();
  start_close(Cause::local, {ws::CloseCode::try_again_later, std::string(why)});
}

// Answers in our queue go before it: they answer what came before the peer's Close.
void ServerConnection::on_close(const ws::CloseInfo& frame) {
  peer_close_ = std::make_unique<ws::CloseInfo>(frame);
  if (state_ == State::closed) return;  // it answers ours
  if (cause_ == Cause::none) cause_ = Cause::peer;
  state_ = State::closed;
  deadline_ = pool_.loop().now() + limits::kCloseTimeout;
  watch();
  drop_backlog();
  ws::CloseInfo answer = frame;
  answer.reason.clear();
  send_close_frame(answer);
}

// Both Close frames have gone, or ours has and no other is awaited: a server ends TCP first
// (§7.1.1).
void ServerConnection::complete() {
  tell_closed();
  owner_.linger();
}

void ServerConnection::lose() {
  tell_closed();
  owner_.abandon();
}

void ServerConnection::abort() {
  if (state_ == State::over || cause_ == Cause::aborted) return;
  cause_ = Cause::aborted;
  state_ = State::closed;
  blocked_ = true;  // nothing is written any more
  if (feeding_) decoder_.stop();
  owner_.stream().abort();
  pool_.loop().cancel(timer_);
  timer_ = pool_.loop().schedule(pool_.loop().now(), [this] {
    timer_ = {};
    lose();
  });
}

void ServerConnection::ended(const StreamEnd& end) {
  if (end.error && error_ == nullptr) error_ = std::make_unique<Error>(*end.error);
  tell_closed();
}

void ServerConnection::drop() {
  if (cause_ == Cause::none) cause_ = Cause::aborted;
  tell_closed();
}

CloseInfo ServerConnection::close_info() const {
  CloseInfo out;
  if (error_ != nullptr) out.error = *error_;
  const ws::CloseInfo* told = peer_close_.get();
  switch (cause_) {
    case Cause::peer:
      out.by = CloseInfo::By::peer;
      out.clean = true;
      break;
    case Cause::local:
      out.by = CloseInfo::By::local;
      out.clean = told != nullptr;
      if (told == nullptr && error_ != nullptr) told = own_close_.get();
      break;
    case Cause::failed:
      out.by = CloseInfo::By::local;
      told = own_close_.get();
      break;
    case Cause::aborted: out.by = CloseInfo::By::local; break;
    case Cause::timeout:
    case Cause::none: break;
  }
  if (told != nullptr) {
    out.code = ws::to_number(told->code);
    out.reason = told->reason;
  } else if (!out.error && out.by == CloseInfo::By::network) {
    out.error = make_error(ErrorCode::connection_lost, "the connection was lost");
  }
  return out;
}

void ServerConnection::tell_closed() {
  if (state_ == State::over) return;
  state_ = State::over;
  pool_.loop().cancel(std::exchange(timer_, {}));
  outbox_.clear();  // before on_close looks what was dropped
  const CloseInfo close = close_info();
  if (note_ != nullptr) note_->tell_closed(stats(), close, pool_.loop().now());
  pool_.connections().on_close(*this, close);
  pool_.remove(*this);
}

}  // namespace wsb::net

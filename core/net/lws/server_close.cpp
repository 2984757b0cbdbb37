// How a server's connection ends; see server_connection.h. RFC 6455 §7.

#include <sys/socket.h>

#include <utility>

#include <libwebsockets.h>
#include <openssl/ssl.h>

#include "core/base/limits.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/lws/server_connection.h"
#include "core/net/lws/server_site.h"
#include "core/proto/ws/frame_encoder.h"

namespace wsb::net {
namespace {

// How long a peer may take to read a Close that fails it and to end its side of TCP. Ending ours at
// once, with input unread, would reset the connection and could take the Close with it.
constexpr Duration kLinger = std::chrono::seconds(2);
constexpr int kRsv1 = 0x40;

}  // namespace

void ServerConnection::close(std::uint16_t code, std::string_view reason) {
  if (!can_send()) return;
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
  deadline_ = site_.loop().now() + limits::kCloseTimeout;
  watch();
  if (paused_) resume_reading();  // the peer's Close is to be seen
  if (idle()) {
    send_close_frame();
  } else {
    lws_callback_on_writable(wsi_);
  }
}

void ServerConnection::send_close_frame() {
  state_ = State::closed;
  Bytes& frame = site_.scratch();
  ws::FrameEncoder::for_server().append_close(frame, *own_close_);
  if (!write(frame)) return;
  if (cause_ == Cause::failed) end_sending();
}

void ServerConnection::end_sending() {
  state_ = State::closed;
  deadline_ = site_.loop().now() + kLinger;
  watch();
  if (lws_partial_buffered(wsi_) != 0) return;  // the Close itself waits: the deadline will do
  if (SSL* tls = lws_get_ssl(wsi_)) SSL_shutdown(tls);
  shutdown(lws_get_socket_fd(wsi_), SHUT_WR);
}

void ServerConnection::fail(const ws::ProtocolError& error) {
  ListenerStats& stats = site_.stats();
  ++(error.code == ws::CloseCode::message_too_big ? stats.too_large : stats.protocol_errors);
  const bool large = error.code == ws::CloseCode::message_too_big;
  error_ = std::make_unique<Error>(
      make_error(large ? ErrorCode::too_large : ErrorCode::protocol, error.text));
  outbox_.clear();
  ping_.reset();
  start_close(Cause::failed, {error.code, error.text});
}

void ServerConnection::fail_slow_reader(std::string_view why) {
  ++site_.stats().slow_readers;
  error_ = std::make_unique<Error>(make_error(ErrorCode::timeout, std::string(why)));
  outbox_.clear();
  ping_.reset();
  start_close(Cause::local, {ws::CloseCode::try_again_later, std::string(why)});
}

// libwebsockets 4.1 does not know 1012 to 1014 and overwrites them in the frame with 1002. In an
// answer to ours it can only have been an echo.
bool ServerConnection::was_overwritten(ws::CloseCode code) const {
  if (code != ws::CloseCode::protocol_error || own_close_ == nullptr) return false;
  const std::uint16_t own = ws::to_number(own_close_->code);
  return own >= 1012 && own <= 1014;
}

int ServerConnection::peer_closes(BytesView payload) {
  ws::CloseInfo frame;
  std::optional<ws::ProtocolError> fault = ws::parse_close_payload(payload, frame);
  if ((lws_get_reserved_bits(wsi_) & kRsv1) != 0) {
    fault = {ws::CloseCode::protocol_error, "RSV1 is set on a control frame"};
  }
  const bool answers_ours = state_ == State::closed;
  if (!answers_ours) write_replies();  // they answer what came before the Close
  state_ = State::closed;
  outbox_.clear();
  if (answers_ours && was_overwritten(frame.code)) frame.code = own_close_->code;
  if (!fault) peer_close_ = std::make_unique<ws::CloseInfo>(frame);
  if (answers_ours) return -1;
  Bytes& answer = site_.scratch();
  if (fault) {
    ++site_.stats().protocol_errors;
    cause_ = Cause::failed;
    error_ = std::make_unique<Error>(make_error(ErrorCode::protocol, fault->text));
    own_close_ = std::make_unique<ws::CloseInfo>(ws::CloseInfo{fault->code, fault->text});
    ws::FrameEncoder::for_server().append_close(answer, *own_close_);
  } else {
    if (cause_ == Cause::none) cause_ = Cause::peer;
    frame.reason.clear();
    ws::FrameEncoder::for_server().append_close(answer, frame);
  }
  write(answer);
  return -1;  // a server ends TCP first (§7.1.1); libwebsockets flushes before that
}

void ServerConnection::abort() {
  if (state_ == State::opening || told_) return;
  if (cause_ == Cause::none) cause_ = Cause::aborted;
  state_ = State::closed;
  outbox_.clear();
  drop_tcp();
}

// libwebsockets sees the end of the socket in the next turn, whatever it is doing now.
void ServerConnection::drop_tcp() {
  if (state_ == State::open || state_ == State::closing) state_ = State::closed;
  deadline_ = TimePoint::max();
  if (paused_) resume_reading();
  shutdown(lws_get_socket_fd(wsi_), SHUT_RDWR);
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
  if (told_) return;
  told_ = true;
  if (state_ == State::opening) return;
  state_ = State::closed;
  outbox_.clear();  // before on_close looks what was dropped
  site_.connections().on_close(*this, close_info());
}

void ServerConnection::ended() { tell_closed(); }

void ServerConnection::drop() {
  tell_closed();
  outbox_.clear();
  drop_tcp();
}

}  // namespace wsb::net

#include "core/net/lws/server_connection.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

#include <utility>

#include <libwebsockets.h>
#include <openssl/ssl.h>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/net/lws/lws_loop.h"
#include "core/net/lws/server_site.h"
#include "core/proto/ws/frame_encoder.h"

namespace wsb::net {
namespace {

constexpr int kWritesPerTurn = 16;  // of one connection's outbox, so that others get their turn
constexpr int kRsv1 = 0x40;

}  // namespace

ServerConnection::ServerConnection(ServerSite& site, lws* wsi, ConnectionId id, Agreed agreed)
    : WsiPeer{Kind::connection},
      site_(site),
      wsi_(wsi),
      outbox_(site.config().outbox),
      id_(id),
      receiver_(site.config().max_message.bytes, agreed.deflate),
      info_(std::make_unique<ConnectionInfo>(std::move(agreed.info))) {
  if (agreed.deflate) {
    deflate_bits_ = static_cast<std::uint8_t>(agreed.deflate->server_max_window_bits);
  }
}

ServerConnection::~ServerConnection() { site_.loop().flush_gate().forget(*this); }

ConnectionStats ServerConnection::stats() const {
  ConnectionStats out = stats_;
  out.dropped_messages = outbox_.dropped_messages();
  out.backlog_bytes = outbox_.bytes() + (replies_ == nullptr ? 0 : replies_->size());
  if (state_ != State::opening && lws_partial_buffered(wsi_) != 0) out.backlog_bytes += last_write_;
  return out;
}

bool ServerConnection::can_send() const {
  // A nonzero close length: libwebsockets is failing the connection by itself.
  return state_ == State::open && lws_get_close_length(wsi_) == 0;
}

bool ServerConnection::idle() const {
  return replies_ == nullptr && outbox_.empty() && lws_partial_buffered(wsi_) == 0;
}

// At most limits::kWriteBytes: libwebsockets copies what a socket does not take. Raw bytes are not
// touched by it, in spite of its signature.
bool ServerConnection::write(BytesView bytes) {
  WSB_CHECK(bytes.size() <= limits::kWriteBytes);
  auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  if (lws_write(wsi_, data, bytes.size(), LWS_WRITE_RAW) < 0) {
    drop_tcp();
    return false;
  }
  last_write_ = static_cast<std::uint32_t>(bytes.size());
  stats_.wire_bytes_out += bytes.size();
  return true;
}

const Batch::Wire& ServerConnection::wire_of(const Batch& batch, bool plain) const {
  return deflate_bits_ == 0 || plain ? batch.plain() : batch.deflated(deflate_bits_);
}

void ServerConnection::count_out(const Batch::Wire& wire, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i < last; ++i) {
    stats_.messages_out += wire.segments[i].messages;
    stats_.payload_bytes_out += wire.segments[i].payload_bytes;
  }
}

SendStatus ServerConnection::status_after_write() const {
  return lws_partial_buffered(wsi_) == 0 ? SendStatus::sent : SendStatus::queued;
}

SendStatus ServerConnection::send(const BatchRef& batch, std::size_t first, std::size_t last) {
  return send_segments(batch, first, last, false);
}

SendStatus ServerConnection::send_segments(const BatchRef& batch, std::size_t first,
                                           std::size_t last, bool plain) {
  if (!can_send()) return SendStatus::closed;
  WSB_CHECK(first <= last && last <= batch->segment_count());
  if (first == last) return SendStatus::sent;
  // An answer waits for the writable callback, as replies_ do.
  if (!idle() || answering_) return enqueue(batch, first, last, plain);
  const Batch::Wire& wire = wire_of(*batch, plain);
  const BytesView bytes = wire.next_write(first, last, 0);
  if (bytes.size() < wire.segments[last - 1].end - wire.begin_of(first)) {
    const SendStatus status = enqueue(batch, first, last, plain);
    drain_outbox();
    if (!can_send()) return SendStatus::closed;
    return outbox_.empty() ? status_after_write() : status;
  }
  if (!write(bytes)) return SendStatus::closed;
  count_out(wire, first, last);
  return status_after_write();
}

SendStatus ServerConnection::enqueue(const BatchRef& batch, std::size_t first, std::size_t last,
                                     bool plain) {
  const Batch::Wire& wire = wire_of(*batch, plain);
  Outbox::Entry entry{.batch = batch,
                      .first_segment = first,
                      .last_segment = last,
                      .bytes = wire.segments[last - 1].end - wire.begin_of(first),
                      .plain = plain};
  for (std::size_t i = first; i < last; ++i) entry.messages += wire.segments[i].messages;
  watch();
  switch (outbox_.push(std::move(entry), site_.loop().now())) {
    case Outbox::Verdict::queued: lws_callback_on_writable(wsi_); return SendStatus::queued;
    case Outbox::Verdict::dropped: lws_callback_on_writable(wsi_); return SendStatus::dropped;
    case Outbox::Verdict::disconnect:
      fail_slow_reader("too slow: the backlog is full");
      return SendStatus::closed;
  }
  return SendStatus::closed;
}

SendStatus ServerConnection::send(ws::Opcode opcode, BytesView payload, bool compress) {
  if (!can_send()) return SendStatus::closed;
  const bool plain = deflate_bits_ == 0 || !compress;
  const std::size_t most = payload.size() + ws::kMaxFrameHeaderBytes;
  const bool small = most <= limits::kWriteBytes;
  const bool room = most + (replies_ == nullptr ? 0 : replies_->size()) <= limits::kWriteBytes;
  if (answering_ && room && outbox_.empty() && lws_partial_buffered(wsi_) == 0) {
    return reply(opcode, payload, plain);
  }
  if (!plain || !small || !idle()) {
    site_.builder().append({}, opcode, payload);
    return send_segments(site_.builder().freeze(), 0, 1, plain);
  }
  Bytes& frame = site_.scratch();
  ws::FrameEncoder::for_server().append_message(frame, opcode, payload);
  if (!write(frame)) return SendStatus::closed;
  ++stats_.messages_out;
  stats_.payload_bytes_out += payload.size();
  return status_after_write();
}

SendStatus ServerConnection::reply(ws::Opcode opcode, BytesView payload, bool plain) {
  if (replies_ == nullptr) replies_ = std::make_unique<Bytes>();
  if (plain) {
    ws::FrameEncoder::for_server().append_message(*replies_, opcode, payload);
  } else {
    site_.builder().frame_deflated(opcode, payload, deflate_bits_, *replies_);
  }
  ++stats_.messages_out;
  stats_.payload_bytes_out += payload.size();
  lws_callback_on_writable(wsi_);
  return SendStatus::sent;
}

bool ServerConnection::write_replies() {
  if (replies_ == nullptr) return true;
  const std::unique_ptr<Bytes> frames = std::move(replies_);
  return write(*frames);
}

bool ServerConnection::write_ping() {
  if (ping_ == nullptr || state_ != State::open) return true;
  const std::unique_ptr<Bytes> frame = std::move(ping_);
  return write(*frame);
}

void ServerConnection::ping(BytesView payload) {
  if (!can_send()) return;
  Bytes& frame = site_.scratch();
  ws::FrameEncoder::for_server().append_ping(frame,
                                             payload.substr(0, limits::kControlPayloadBytes));
  if (idle()) {
    write(frame);
    return;
  }
  ping_ = std::make_unique<Bytes>(frame);  // the latest one will do
  lws_callback_on_writable(wsi_);
}

void ServerConnection::writable() {
  if (lws_get_close_length(wsi_) > 0) {
    // It sent the Close by itself, and sits inside the broken frame: the peer's answer would not be
    // recognised. What it said is in its buffer.
    if (state_ == State::closed) return;
    const BytesView payload(reinterpret_cast<const char*>(lws_get_close_payload(wsi_)),
                            static_cast<std::size_t>(lws_get_close_length(wsi_)));
    own_close_ = std::make_unique<ws::CloseInfo>();
    (void)ws::parse_close_payload(payload, *own_close_);
    error_ = std::make_unique<Error>(
        make_error(ErrorCode::protocol, "the peer broke the protocol: " + own_close_->reason));
    ++site_.stats().protocol_errors;
    cause_ = Cause::failed;
    end_sending();
    return;
  }
  drain_outbox();
}

// Each write ends behind a frame, so our ping may follow, and what libwebsockets sends by itself.
void ServerConnection::drain_outbox() {
  if (!write_replies()) return;
  for (int i = 0; i < kWritesPerTurn && lws_partial_buffered(wsi_) == 0; ++i) {
    if (!write_ping()) return;
    const Outbox::Entry* entry = outbox_.front();
    if (entry == nullptr || lws_partial_buffered(wsi_) != 0) break;
    const Batch::Wire& wire = wire_of(*entry->batch, entry->plain);
    const std::size_t first = entry->first_segment;
    const std::size_t last = entry->last_segment;
    const BytesView bytes = wire.next_write(first, last, entry->sent);
    if (!write(bytes)) return;
    if (bytes.size() == entry->bytes) count_out(wire, first, last);
    outbox_.advance(bytes.size());
  }
  if (!outbox_.empty()) {
    lws_callback_on_writable(wsi_);
    return;
  }
  if (lws_partial_buffered(wsi_) != 0) return;  // libwebsockets comes back by itself
  if (!write_ping()) return;
  if (state_ == State::closing) send_close_frame();
}

void ServerConnection::watch() {
  if (watched_) return;
  watched_ = true;
  site_.watch(*this);
}

bool ServerConnection::needs_watch() const {
  return !outbox_.empty() || state_ == State::closing || state_ == State::closed;
}

void ServerConnection::check(TimePoint now) {
  watched_ = false;  // the site lists it again if it still needs_watch()
  if (state_ == State::open && outbox_.overdue(now)) {
    fail_slow_reader("too slow: the backlog is too old");
  }
  if ((state_ == State::closing || state_ == State::closed) && now >= deadline_) drop_tcp();
  if (needs_watch()) watch();
}

void ServerConnection::keep_alive(TimePoint now) {
  if (state_ != State::open) return;
  const ListenConfig& config = site_.config();
  const Duration silent = now - heard_;
  if (config.ping_timeout > Duration::zero() &&
      silent > config.ping_interval + config.ping_timeout) {
    ++site_.stats().keepalive_timeouts;
    cause_ = Cause::timeout;
    error_ =
        std::make_unique<Error>(make_error(ErrorCode::timeout, "the peer does not answer pings"));
    state_ = State::closed;
    drop_tcp();
    return;
  }
  // libwebsockets does not report an empty pong.
  if (silent >= config.ping_interval) ping("wsb");
}

bool ServerConnection::input_pending() const {
  if (paused_ || state_ != State::open) return false;
  int bytes = 0;
  if (ioctl(lws_get_socket_fd(wsi_), FIONREAD, &bytes) == 0 && bytes > 0) return true;
  const SSL* tls = lws_get_ssl(wsi_);
  return tls != nullptr && SSL_pending(tls) > 0;
}

void ServerConnection::pause_reading() {
  if (paused_ || state_ != State::open) return;
  paused_ = true;
  lws_rx_flow_control(wsi_, 0);
}

void ServerConnection::resume_reading() {
  if (!paused_) return;
  paused_ = false;
  lws_rx_flow_control(wsi_, 1);
}

void ServerConnection::established() {
  heard_ = site_.loop().now();
  state_ = State::open;
  site_.connections().on_open(*this);
  info_->request_headers = {};  // a server has many connections
}

int ServerConnection::received(BytesView bytes) {
  heard_ = site_.coarse_now();
  if (state_ != State::open) return 0;
  MessageReceiver::Part part;
  part.bytes = bytes;
  part.remaining = lws_remaining_packet_payload(wsi_);
  part.first = lws_is_first_fragment(wsi_) != 0;
  part.last_frame = lws_is_final_fragment(wsi_) != 0;
  part.binary = lws_frame_is_binary(wsi_) != 0;
  part.rsv1 = (lws_get_reserved_bits(wsi_) & kRsv1) != 0;
  const MessageReceiver::Outcome outcome = receiver_.feed(part);
  if (const auto* message = std::get_if<ws::Message>(&outcome)) {
    deliver(*message);
  } else if (const auto* error = std::get_if<ws::ProtocolError>(&outcome)) {
    fail(*error);
  }
  return 0;
}

void ServerConnection::deliver(const ws::Message& message) {
  ++stats_.messages_in;
  stats_.payload_bytes_in += message.payload.size();
  stats_.wire_bytes_in += message.wire_bytes;
  site_.loop().flush_gate().note(*this);
  answering_ = true;
  site_.connections().on_message(*this, message);
  answering_ = false;
}

void ServerConnection::pong_received(BytesView payload) {
  heard_ = site_.coarse_now();
  if (state_ != State::open) return;
  if ((lws_get_reserved_bits(wsi_) & kRsv1) != 0) {
    fail({ws::CloseCode::protocol_error, "RSV1 is set on a control frame"});
    return;
  }
  site_.connections().on_pong(*this, payload);
}

}  // namespace wsb::net

#include "core/net/server_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/net/server_peer.h"
#include "core/net/server_pool.h"
#include "core/proto/ws/frame_encoder.h"

namespace wsb::net {
namespace {

ws::MessageDecoderOptions decoder_options(const ListenConfig& config,
                                          const std::optional<ws::DeflateParams>& deflate) {
  return {ws::Role::server, config.max_message.bytes, deflate};
}

}  // namespace

ServerConnection::ServerConnection(ServerPeer& owner, Agreed agreed)
    : owner_(owner),
      pool_(owner.pool()),
      decoder_(decoder_options(pool_.config(), agreed.deflate)),
      outbox_(pool_.config().outbox),
      heard_(pool_.coarse_now()),
      info_(std::make_unique<ConnectionInfo>(std::move(agreed.info))),
      note_(std::move(agreed.note)) {
  if (agreed.deflate) {
    deflate_bits_ = static_cast<std::uint8_t>(agreed.deflate->send_window_bits(ws::Role::server));
  }
  id_ = pool_.add(*this);
}

ServerConnection::~ServerConnection() { pool_.loop().cancel(timer_); }

ConnectionStats ServerConnection::stats() const {
  ConnectionStats out = stats_;
  out.dropped_messages = outbox_.dropped_messages();
  out.backlog_bytes = outbox_.bytes() + own_.size();
  return out;
}

// ---- receiving

void ServerConnection::open(Bytes answer, BytesView rest) {
  own_ = std::move(answer);
  feeding_ = true;
  pool_.connections().on_open(*this);
  feeding_ = false;
  info_->request_headers = {};  // a server has many connections
  if (!rest.empty()) return receive(rest);
  flush();
}

void ServerConnection::receive(BytesView bytes) {
  heard_ = pool_.coarse_now();
  if (!held_.empty()) {
    held_ += bytes;
    return;
  }
  feed(bytes);
}

void ServerConnection::feed(BytesView bytes) {
  feeding_ = true;
  while (!bytes.empty() && !paused_ && !choked_ && cause_ != Cause::aborted) {
    const std::size_t taken = decoder_.feed(bytes, *this);
    stats_.wire_bytes_in += taken;
    bytes.remove_prefix(taken);
  }
  feeding_ = false;
  if (state_ == State::over) return;
  held_ = bytes;
  flush();
}

void ServerConnection::on_message(const ws::Message& message) {
  if (state_ != State::open) return;
  ++stats_.messages_in;
  stats_.payload_bytes_in += message.payload.size();
  pool_.connections().on_message(*this, message);
}

// A peer that does not read the answers is not read from until it does.
void ServerConnection::on_ping(BytesView payload) {
  if (state_ != State::open && state_ != State::closing) return;
  append_control(ws::Opcode::pong, payload);
  if (own_.size() < limits::kWriteBytes) return;
  flush();
  if (!blocked_ || state_ == State::over) return;
  choked_ = true;
  update_reading();
}

void ServerConnection::on_pong(BytesView payload) {
  if (state_ == State::open) pool_.connections().on_pong(*this, payload);
}

void ServerConnection::pause_reading() {
  if (state_ != State::open) return;
  paused_ = true;
  update_reading();
}

void ServerConnection::resume_reading() {
  paused_ = false;
  update_reading();
}

// What was held comes in a turn of its own, and only then the stream goes on.
void ServerConnection::update_reading() {
  const bool wanted = !paused_ && !choked_;
  if (!wanted && feeding_) decoder_.stop();
  if (wanted != not_reading_) return;
  if (!wanted) {
    not_reading_ = true;
    owner_.stream().pause_reading();
  } else if (timer_.value == 0) {
    timer_ = pool_.loop().schedule(pool_.loop().now(), [this] { feed_held(); });
  }
}

void ServerConnection::feed_held() {
  timer_ = {};
  if (paused_ || choked_ || state_ == State::over) return;
  not_reading_ = false;
  const Bytes bytes = std::exchange(held_, {});
  feed(bytes);
  if (!not_reading_ && state_ != State::over) owner_.stream().resume_reading();
}

// ---- sending

bool ServerConnection::is_idle() const { return !blocked_ && own_.empty() && outbox_.empty(); }

std::size_t ServerConnection::write(BytesView bytes) {
  const std::size_t taken = owner_.stream().write(bytes);
  blocked_ = taken < bytes.size();
  stats_.wire_bytes_out += taken;
  return taken;
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

SendStatus ServerConnection::send(const BatchRef& batch, std::size_t first, std::size_t last) {
  return send_segments(batch, first, last, false);
}

SendStatus ServerConnection::send_segments(const BatchRef& batch, std::size_t first,
                                           std::size_t last, bool plain) {
  if (state_ != State::open) return SendStatus::closed;
  WSB_CHECK(first <= last && last <= batch->segment_count());
  if (first == last) return SendStatus::sent;
  const Batch::Wire& wire = wire_of(*batch, plain);
  const std::size_t size = wire.segments[last - 1].end - wire.begin_of(first);
  const bool direct = is_idle() && !feeding_;
  std::size_t taken = 0;
  if (direct) {
    const BytesView bytes = wire.next_write(first, last, 0);
    taken = write(bytes);
    if (taken == size) {
      count_out(wire, first, last);
      return SendStatus::sent;
    }
    if (taken > 0) unit_left_ = bytes.size() - taken;
  }
  Outbox::Entry entry{.batch = batch,
                      .first_segment = first,
                      .last_segment = last,
                      .bytes = size - taken,
                      .sent = taken,
                      .plain = plain};
  for (std::size_t i = first; i < last; ++i) entry.messages += wire.segments[i].messages;
  const SendStatus status = enqueue(std::move(entry));
  if (!direct || blocked_) return status;
  flush();
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

SendStatus ServerConnection::enqueue(Outbox::Entry entry) {
  watch();
  switch (outbox_.push(std::move(entry), pool_.loop().now())) {
    case Outbox::Verdict::queued: return SendStatus::queued;
    case Outbox::Verdict::dropped: return SendStatus::dropped;
    case Outbox::Verdict::disconnect:
      fail_slow_reader("too slow: the backlog is full");
      return SendStatus::closed;
  }
  return SendStatus::closed;
}

SendStatus ServerConnection::send(ws::Opcode opcode, BytesView payload, bool compress) {
  if (state_ != State::open) return SendStatus::closed;
  const bool plain = deflate_bits_ == 0 || !compress;
  const bool small = payload.size() + ws::kMaxFrameHeaderBytes <= limits::kWriteBytes;
  if (!small || blocked_ || !outbox_.empty()) {
    pool_.builder().append({}, opcode, payload);
    return send_segments(pool_.builder().freeze(), 0, 1, plain);
  }
  append_message(opcode, payload, plain);
  if (!feeding_ || own_.size() >= limits::kWriteBytes) flush();
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

void ServerConnection::append_message(ws::Opcode opcode, BytesView payload, bool plain) {
  if (plain) {
    ws::FrameEncoder::for_server().append_message(own_, opcode, payload);
  } else {
    pool_.builder().frame_deflated(opcode, payload, deflate_bits_, own_);
  }
  ++stats_.messages_out;
  stats_.payload_bytes_out += payload.size();
}

void ServerConnection::append_control(ws::Opcode opcode, BytesView payload) {
  ws::FrameEncoder::for_server().append_frame(own_, opcode,
                                              payload.substr(0, limits::kControlPayloadBytes));
}

void ServerConnection::ping(BytesView payload) {
  // One that waits will do.
  if (state_ != State::open || (blocked_ && !own_.empty())) return;
  append_control(ws::Opcode::ping, payload);
  if (!feeding_) flush();
}

void ServerConnection::writable() {
  blocked_ = false;
  flush();
  if (blocked_ || state_ == State::over) return;
  if (std::exchange(choked_, false)) update_reading();
  if (state_ == State::open) pool_.connections().on_drained(*this);
}

// Everything that waits, as far as the stream takes it; then, if it is due, our Close frame.
void ServerConnection::flush() {
  if (blocked_ || state_ == State::over) return;
  while (unit_left_ > 0 || !own_.empty() || !outbox_.empty()) {
    const bool own = unit_left_ == 0 && !own_.empty();
    if (!(own ? write_own() : write_entry())) return;
  }
  if (state_ == State::closing) {
    state_ = State::closed;
    send_close_frame(*own_close_);
    if (!write_own()) return;
  }
  const bool done = state_ == State::closed && (cause_ == Cause::failed || peer_close_ != nullptr);
  if (done) complete();
}

// False: the stream is full.
bool ServerConnection::write_own() {
  own_.erase(0, write(own_));
  if (own_.empty()) Bytes().swap(own_);
  return !blocked_;
}

bool ServerConnection::write_entry() {
  const Outbox::Entry& entry = *outbox_.front();
  const BatchRef batch = entry.batch;  // advance() may let go of it
  const std::size_t first = entry.first_segment;
  const std::size_t last = entry.last_segment;
  const Batch::Wire& wire = wire_of(*batch, entry.plain);
  const std::size_t unit =
      unit_left_ > 0 ? unit_left_ : wire.next_write(first, last, entry.sent).size();
  const std::size_t begin = wire.begin_of(first) + entry.sent;
  const std::size_t taken = write(BytesView(wire.bytes).substr(begin, unit));
  if (taken > 0) unit_left_ = unit - taken;  // else it is not under way
  if (outbox_.advance(taken)) count_out(wire, first, last);
  return !blocked_;
}

// ---- the clock

void ServerConnection::watch() { pool_.watch(owner_); }

bool ServerConnection::needs_watch() const {
  return !outbox_.empty() || state_ == State::closing || state_ == State::closed;
}

void ServerConnection::check(TimePoint now) {
  if (state_ == State::open && outbox_.overdue(now)) {
    fail_slow_reader("too slow: the backlog is too old");
  }
  if ((state_ == State::closing || state_ == State::closed) && now >= deadline_) lose();
}

void ServerConnection::keep_alive(TimePoint now) {
  if (state_ != State::open) return;
  if (paused_) heard_ = now;  // its silence is ours
  const ListenConfig& config = pool_.config();
  const Duration silent = now - heard_;
  if (config.ping_timeout > Duration::zero() &&
      silent > config.ping_interval + config.ping_timeout) {
    ++pool_.counters().keepalive_timeouts;
    cause_ = Cause::timeout;
    error_ =
        std::make_unique<Error>(make_error(ErrorCode::timeout, "the peer does not answer pings"));
    return lose();
  }
  if (now - std::max(heard_, pinged_) < config.ping_interval) return;
  pinged_ = now;
  ping("");
}

}  // namespace wsb::net

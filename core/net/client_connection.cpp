#include "core/net/client_connection.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/net/client_upgrade.h"

namespace wsb::net {
namespace {

std::string destination_of(const http::Url& url) {
  if (!url.unix_path.empty()) return url.unix_path;
  const bool ipv6 = url.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
}

std::string join(const std::vector<std::string_view>& values) {
  std::string out;
  for (const std::string_view value : values) {
    if (!out.empty()) out += ", ";
    out += value;
  }
  return out;
}

ws::EndpointOptions endpoint_options(const ConnectConfig& config) {
  ws::EndpointOptions options;
  options.role = ws::Role::client;
  options.max_message = config.max_message.bytes;
  return options;
}

}  // namespace

ClientConnection::ClientConnection(ClientPool& pool, ConnectionId id, const ConnectConfig& config,
                                   ConnectionHandler& handler, std::unique_ptr<ByteStream> stream)
    : pool_(pool),
      id_(id),
      handler_(handler),
      stream_(std::move(stream)),
      connect_timeout_(config.connect_timeout),
      close_timeout_(config.close_timeout),
      max_send_buffer_(static_cast<std::size_t>(config.max_send_buffer.bytes)),
      observer_(config.observer),
      started_(pool.loop().now()),
      destination_(destination_of(config.url)),
      config_(std::make_unique<ConnectConfig>(config)),
      endpoint_options_(endpoint_options(config)) {
  info_.target = config.url.target;
  set_timer(Duration{}, &ClientConnection::start);
}

ClientConnection::~ClientConnection() = default;

// ---- the way up: resolve, connect, TLS, upgrade

void ClientConnection::start() {
  Result<ws::ClientHandshakeOptions> options = upgrade_options(*config_);
  if (!options) return fail(Phase::resolve, std::move(options).error());
  handshake_ = std::make_unique<ws::ClientHandshake>(*options, pool_.random());
  config_.reset();
  info_.request_headers = handshake_->request_headers();
  info_.request_text = handshake_->request();
  if (connect_timeout_ != Duration{}) {
    set_timer(std::max(connect_timeout_ - since_start(), Duration{}),
              &ClientConnection::connect_timed_out);
  }
  stream_->start(*this);
}

void ClientConnection::on_phase(Phase phase) {
  const Duration now = since_start();
  if (phase == Phase::connect) info_.times.resolved = now;
  if (phase == Phase::tls) info_.times.connected = now;
  if (phase == Phase::handshake) {
    (phase_ == Phase::tls ? info_.times.tls_done : info_.times.connected) = now;
  }
  phase_ = phase;
  if (phase == Phase::handshake) begin_upgrade();
}

void ClientConnection::begin_upgrade() {
  stream_->describe(info_);
  state_ = State::upgrading;
  request_rest_ = handshake_->request();
  flush();
}

void ClientConnection::feed_upgrade(BytesView bytes) {
  const std::size_t taken = handshake_->feed(bytes);
  note_answer();
  switch (handshake_->state()) {
    case ws::ClientHandshake::State::waiting:
    case ws::ClientHandshake::State::reading_refusal: return;
    case ws::ClientHandshake::State::accepted: return open(bytes.substr(taken));
    case ws::ClientHandshake::State::failed: return fail(Phase::handshake, handshake_->error());
  }
}

// Keeps what the server has answered so far where a user can read it, whatever comes of it.
void ClientConnection::note_answer() {
  info_.response_head = handshake_->response_text();
  const http::ResponseHead& head = handshake_->response();
  if (head.status == 0) return;
  info_.response_headers = head.headers;
  if (head.status == 101) return;
  info_.refusal = Refusal{head.status, head.reason, head.headers, handshake_->body(),
                          handshake_->body_truncated()};
}

void ClientConnection::open(BytesView rest) {
  pool_.loop().cancel(std::exchange(timer_, {}));
  info_.times.upgraded = since_start();
  info_.subprotocol = handshake_->subprotocol();
  info_.extensions = join(info_.response_headers.all("Sec-WebSocket-Extensions"));
  info_.deflate = handshake_->deflate().has_value();
  endpoint_options_.deflate = handshake_->deflate();
  handshake_.reset();
  endpoint_.emplace(endpoint_options_, &pool_.random());
  if (observer_ != nullptr) endpoint_->set_observer(this);
  state_ = State::open;
  phase_ = Phase::open;
  handler_.on_open(*this);
  if (aborting_) return;
  if (paused_) {
    held_ = rest;
  } else {
    receive(rest);
  }
}

void ClientConnection::connect_timed_out() {
  const std::string within = " within " + format_duration(connect_timeout_);
  std::string text;
  switch (phase_) {
    case Phase::resolve: text = "the name of '" + destination_ + "' was not resolved"; break;
    case Phase::connect: text = "no connection to '" + destination_ + "'"; break;
    case Phase::tls: text = "no TLS handshake with '" + destination_ + "'"; break;
    case Phase::handshake:
    case Phase::open:
      if (handshake_->state() == ws::ClientHandshake::State::reading_refusal) {
        handshake_->stop_reading_refusal();
        return fail(Phase::handshake, handshake_->error());
      }
      text = "no answer to the upgrade request from '" + destination_ + "'";
      break;
  }
  fail(phase_, make_error(ErrorCode::timeout, text + within));
}

// ---- receiving

void ClientConnection::on_bytes(BytesView bytes) {
  if (state_ == State::upgrading) return feed_upgrade(bytes);
  if (state_ == State::open) receive(bytes);
}

void ClientConnection::receive(BytesView bytes) {
  while (!bytes.empty() && !paused_ && !aborting_) {
    feeding_ = true;
    const std::size_t taken = endpoint_->feed(bytes, *this);
    feeding_ = false;
    stats_.wire_bytes_in += taken;
    bytes.remove_prefix(taken);
  }
  if (aborting_) return;
  held_ = bytes;
  if (!endpoint_->output().empty()) want_flush();
  follow_closing();
}

void ClientConnection::on_message(const ws::Message& message) {
  ++stats_.messages_in;
  stats_.payload_bytes_in += message.payload.size();
  handler_.on_message(*this, message);
}

void ClientConnection::on_ping(BytesView /*payload*/) {}  // the endpoint answers

void ClientConnection::on_pong(BytesView payload) { handler_.on_pong(*this, payload); }

void ClientConnection::on_close(const ws::CloseInfo& /*info*/) {}   // see follow_closing()

void ClientConnection::on_error(const ws::ProtocolError& /*error*/) {}

void ClientConnection::on_frame(const ws::FrameHeader& header, bool /*compressed*/) {
  observer_->on_frame_in(header);
}

void ClientConnection::pause_reading() {
  if (state_ == State::ended || paused_) return;
  paused_ = true;
  if (feeding_) endpoint_->stop_reading();
  if (!aborting_) stream_->pause_reading();
}

void ClientConnection::resume_reading() {
  if (state_ == State::ended || !paused_) return;
  paused_ = false;
  // Inside feed() the rest goes on by itself; what was held before comes in a turn of its own.
  if (aborting_ || resume_scheduled_) return;
  if (held_.empty()) return stream_->resume_reading();
  resume_scheduled_ = true;
  resume_timer_ = pool_.loop().schedule(pool_.loop().now(), [this] { feed_held(); });
}

void ClientConnection::feed_held() {
  resume_scheduled_ = false;
  if (paused_) return;
  const Bytes bytes = std::exchange(held_, {});
  receive(bytes);
  if (!paused_ && !aborting_ && state_ == State::open) stream_->resume_reading();
}

// ---- sending

bool ClientConnection::is_open() const {
  return state_ == State::open && !aborting_ && endpoint_->state() == ws::State::open;
}

SendStatus ClientConnection::send(const BatchRef& /*batch*/, std::size_t /*first*/,
                                  std::size_t /*last*/) {
  constexpr bool kFramedForClients = false;  // a batch is framed as a server frames: unmasked
  WSB_CHECK(kFramedForClients);
  return SendStatus::closed;
}

SendStatus ClientConnection::send(ws::Opcode opcode, BytesView payload, bool compress) {
  if (!is_open()) return SendStatus::closed;
  const auto over = [&] {
    const std::size_t waiting = endpoint_->output().size();
    return waiting != 0 && waiting + payload.size() > max_send_buffer_;
  };
  if (over()) flush();
  if (over()) {
    ++stats_.dropped_messages;
    return SendStatus::dropped;
  }
  ws::SendOptions options;
  options.compress = compress;
  WSB_CHECK(opcode == ws::Opcode::text || opcode == ws::Opcode::binary);
  const bool taken = opcode == ws::Opcode::text ? endpoint_->send_text(payload, options)
                                                : endpoint_->send_binary(payload, options);
  if (!taken) return SendStatus::closed;
  ++stats_.messages_out;
  stats_.payload_bytes_out += payload.size();
  if (endpoint_->output().size() >= limits::kWriteBytes) {
    flush();
  } else {
    want_flush();
  }
  return blocked_ ? SendStatus::queued : SendStatus::sent;
}

void ClientConnection::ping(BytesView payload) {
  if (is_open() && endpoint_->send_ping(payload)) want_flush();
}

void ClientConnection::want_flush() {
  if (flush_requested_) return;
  flush_requested_ = true;
  pool_.request_flush(*this);
}

void ClientConnection::end_of_turn() {
  flush_requested_ = false;
  if (state_ == State::ended || aborting_) return;
  flush();
  if (state_ == State::open) follow_closing();
}

void ClientConnection::flush() {
  if (blocked_) return;
  if (!request_rest_.empty()) {
    request_rest_.erase(0, stream_->write(request_rest_));
    blocked_ = !request_rest_.empty();
    return;
  }
  if (state_ != State::open || endpoint_->output().empty()) return;
  if (observer_ != nullptr) observe_output();
  const BytesView output = endpoint_->output();
  const std::size_t taken = stream_->write(output);
  blocked_ = taken < output.size();
  stats_.wire_bytes_out += taken;
  if (observer_ != nullptr) observed_out_ -= taken;
  endpoint_->consume_output(taken);
}

// Reports the frames that joined the output since the last time.
void ClientConnection::observe_output() {
  BytesView rest = endpoint_->output();
  const std::size_t size = rest.size();
  rest.remove_prefix(observed_out_);
  while (!rest.empty()) {
    ws::FrameHeader header;
    const ws::HeaderParse parse = ws::parse_frame_header(rest, header);
    WSB_CHECK(parse.status == ws::HeaderParse::Status::complete);
    observer_->on_frame_out(header);
    rest.remove_prefix(parse.size + static_cast<std::size_t>(header.length));
  }
  observed_out_ = size;
}

void ClientConnection::on_writable() {
  if (state_ == State::ended) return;
  blocked_ = false;
  flush();
  if (state_ == State::open) follow_closing();
}

ConnectionStats ClientConnection::stats() const {
  ConnectionStats out = stats_;
  out.backlog_bytes = endpoint_ ? endpoint_->output().size() : request_rest_.size();
  out.in_message = endpoint_ && endpoint_->in_message();
  return out;
}

// ---- the end

void ClientConnection::close(std::uint16_t code, std::string_view reason) {
  if (state_ == State::ended || aborting_) return;
  if (state_ != State::open) return abort();
  const auto close_code = code == 0 ? ws::CloseCode::no_status : ws::CloseCode{code};
  WSB_CHECK(code == 0 || ws::may_be_on_the_wire(close_code));
  if (endpoint_->close(close_code, std::string(reason))) {
    want_flush();
    if (!feeding_) follow_closing();
  }
}

// Watches the closing handshake: once a Close frame is on its way, the peer has the close timeout
// to answer; once the handshake is over or we failed the connection, it has a moment to end TCP,
// which is the server's to do (RFC 6455 §7.1.1). Reading goes on meanwhile, so that our Close frame
// is not lost to a reset.
void ClientConnection::follow_closing() {
  if (endpoint_->state() == ws::State::open || awaiting_eof_) return;
  const bool over = endpoint_->closing().clean() || endpoint_->error();
  if (over && endpoint_->output().empty()) {
    awaiting_eof_ = true;
    set_timer(limits::kTcpCloseWait, &ClientConnection::stop_waiting_for_eof);
  } else if (!closing_watched_) {
    closing_watched_ = true;
    closing_since_ = pool_.loop().now();
    closing_bytes_in_ = stats_.wire_bytes_in;
    if (close_timeout_ != Duration{}) {
      set_timer(close_timeout_, &ClientConnection::close_timed_out);
    }
  }
}

void ClientConnection::stop_waiting_for_eof() { finish(close_info()); }

// A message that is arriving when the close timeout has passed may still come to its end, as long
// as something of it arrives within each further close timeout. Those behind it may not.
bool ClientConnection::last_message_is_arriving() {
  const std::uint64_t bytes_before = std::exchange(closing_bytes_in_, stats_.wire_bytes_in);
  if (!endpoint_->in_message() || paused_ || stats_.wire_bytes_in == bytes_before) return false;
  if (!closing_messages_in_) closing_messages_in_ = stats_.messages_in;
  return stats_.messages_in == *closing_messages_in_ &&
         pool_.loop().now() < closing_since_ + limits::kLastMessageWait;
}

void ClientConnection::close_timed_out() {
  if (last_message_is_arriving()) {
    set_timer(close_timeout_, &ClientConnection::close_timed_out);
    return;
  }
  lost_ = make_error(ErrorCode::timeout, "no answer to the Close frame from '" + destination_ +
                                             "' within " + format_duration(close_timeout_));
  finish(close_info());
}

void ClientConnection::on_end(const StreamEnd& end) {
  if (state_ == State::ended || aborting_) return;
  if (state_ == State::open) {
    lost_ = end.error;
    endpoint_->end_of_stream();
    return finish(close_info());
  }
  if (state_ == State::connecting) {
    const Phase phase = end.phase == Phase::open ? phase_ : end.phase;
    return fail(phase, end.error ? *end.error
                                 : make_error(ErrorCode::connection_lost,
                                              "'" + destination_ + "' closed the connection"));
  }
  const bool refused = handshake_->state() == ws::ClientHandshake::State::reading_refusal;
  handshake_->end_of_stream();
  note_answer();
  Error error = end.error && !refused ? *end.error : handshake_->error();
  // Many TLS servers answer a plain request by closing or a reset, without a word.
  if (!info_.tls && info_.response_head.empty()) error.message += " (is it wss:// there?)";
  fail(Phase::handshake, std::move(error));
}

void ClientConnection::abort() {
  if (state_ == State::ended || aborting_) return;
  aborting_ = true;
  if (feeding_) endpoint_->stop_reading();
  stream_->abort();
  set_timer(Duration{}, &ClientConnection::finish_aborted);
}

void ClientConnection::finish_aborted() {
  CloseInfo close;
  close.by = CloseInfo::By::local;
  close.phase = phase_;
  finish(close);
}

void ClientConnection::drop() {
  if (state_ == State::ended) return;
  finish_aborted();
}

void ClientConnection::fail(Phase phase, Error error) {
  CloseInfo close;
  close.phase = phase;
  close.error = std::move(error);
  finish(close);
}

CloseInfo ClientConnection::close_info() const {
  const ws::ClosingState& closing = endpoint_->closing();
  CloseInfo close;
  close.clean = closing.clean();
  if (closing.closed_by() == ws::ClosedBy::us && closing.sent()) close.by = CloseInfo::By::local;
  if (closing.closed_by() == ws::ClosedBy::peer && closing.received())
    close.by = CloseInfo::By::peer;
  if (const std::optional<ws::ProtocolError>& error = endpoint_->error()) {
    const bool too_large = error->code == ws::CloseCode::message_too_big;
    close.by = CloseInfo::By::local;
    close.code = ws::to_number(error->code);
    close.reason = error->text;
    close.error = make_error(too_large ? ErrorCode::too_large : ErrorCode::protocol, error->text);
    return close;
  }
  if (closing.received()) {
    close.code = ws::to_number(closing.received()->code);
    close.reason = closing.received()->reason;
  }
  if (!close.clean) {
    close.error = lost_ ? *lost_
                        : make_error(ErrorCode::connection_lost,
                                     "'" + destination_ + "' closed TCP without a Close frame");
  }
  return close;
}

void ClientConnection::finish(const CloseInfo& close) {
  if (state_ == State::ended) return;
  state_ = State::ended;
  pool_.loop().cancel(std::exchange(timer_, {}));
  pool_.loop().cancel(std::exchange(resume_timer_, {}));
  if (!aborting_) {
    if (awaiting_eof_) {
      stream_->close();
    } else {
      stream_->abort();
    }
  }
  handler_.on_close(*this, close);
  pool_.retire(*this);
}

Duration ClientConnection::since_start() const { return pool_.loop().now() - started_; }

void ClientConnection::set_timer(Duration delay, void (ClientConnection::*action)()) {
  pool_.loop().cancel(timer_);
  timer_ = pool_.loop().schedule(pool_.loop().now() + delay, [this, action] {
    timer_ = {};
    (this->*action)();
  });
}

}  // namespace wsb::net

#include "tests/support/fake_server.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "tests/support/fake_exchange.h"
#include "tests/support/fake_net.h"

namespace wsb::net {

FakeServerConnection::FakeServerConnection(FakeListener& listener,
                                           std::unique_ptr<FakeStream> stream)
    : listener_(listener),
      loop_(listener.loop()),
      stream_(std::move(stream)),
      outbox_(listener.config().outbox) {
  stream_->start(*this);
  stream_->describe(info_);
  set_timer(limits::kHandshakeTimeout, &FakeServerConnection::handshake_timed_out);
}

FakeServerConnection::~FakeServerConnection() {
  if (exchange_) exchange_->detach();
}

// ---- the request

void FakeServerConnection::on_bytes(BytesView bytes) {
  last_heard_ = loop_.now();
  switch (state_) {
    case State::request: return exchange_ ? read_body(bytes) : read_request(bytes);
    case State::open: return receive(bytes);
    case State::answering:
    case State::ended: return;
  }
}

void FakeServerConnection::read_request(BytesView bytes) {
  const Result<std::size_t> taken = parser_.feed(bytes);
  if (!taken) return refuse({400, {}, taken.error().text() + "\n"});
  if (!parser_.complete()) return;
  bytes.remove_prefix(*taken);
  const http::RequestHead& head = parser_.head();
  if (head.headers.contains_token("Upgrade", "websocket")) {
    ws::ServerHandshakeOptions options;
    options.deflate.enabled = listener_.config().deflate;
    const ws::UpgradeDecision decision = ws::judge_upgrade(head, options);
    if (const auto* refused = std::get_if<ws::UpgradeRefused>(&decision)) return refuse(*refused);
    return upgrade(std::get<ws::UpgradeAccepted>(decision), bytes);
  }
  const std::size_t question = std::min(head.target.find('?'), head.target.size());
  HttpRequest request;
  request.method = head.method;
  request.path = head.target.substr(0, question);
  request.query = head.target.substr(std::min(question + 1, head.target.size()));
  request.headers = head.headers;
  request.remote = info_.remote;
  exchange_ = std::make_shared<FakeExchange>(*this, std::move(request));
  read_body(bytes);
}

void FakeServerConnection::read_body(BytesView bytes) {
  HttpRequest& request = exchange_->collecting();
  std::size_t length = 0;
  const std::string_view text = request.headers.find("Content-Length").value_or("0");
  std::from_chars(text.data(), text.data() + text.size(), length);
  if (length > limits::kHttpBodyBytes) return refuse({413, {}, "the body is too large\n"});
  request.body += bytes.substr(0, length - std::min(length, request.body.size()));
  if (request.body.size() < length) return;
  state_ = State::answering;
  loop_.cancel(std::exchange(timer_, {}));
  listener_.http().on_request(exchange_);
}

void FakeServerConnection::respond(const HttpResponse& response) {
  if (state_ != State::answering) return;
  write_answer(http_answer(response, exchange_->request().method == "HEAD"));
}

void FakeServerConnection::refuse(const ws::UpgradeRefused& refused) {
  ++listener_.counters().upgrades_refused;
  Bytes answer;
  ws::append_refusal(answer, refused);
  write_answer(std::move(answer));
}

void FakeServerConnection::write_answer(Bytes answer) {
  state_ = State::answering;
  answer_rest_ = std::move(answer);
  want_flush();
}

void FakeServerConnection::upgrade(const ws::UpgradeAccepted& accepted, BytesView rest) {
  const http::RequestHead& head = parser_.head();
  const std::string_view target = head.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  const HandshakeRequest request{target.substr(0, question),
                                 target.substr(std::min(question + 1, target.size())), head.headers,
                                 info_.remote, info_.tls};
  const HandshakeDecision decision = listener_.handler().on_handshake(request);
  if (decision.refusal) {
    ++listener_.counters().upgrades_refused;
    return write_answer(http_answer(*decision.refusal, false));
  }
  ws::UpgradeAccepted answer = accepted;
  answer.subprotocol = decision.subprotocol;
  loop_.cancel(std::exchange(timer_, {}));
  info_.target = head.target;
  info_.request_headers = head.headers;
  info_.subprotocol = decision.subprotocol;
  info_.deflate = answer.deflate.has_value();
  ws::EndpointOptions options;
  options.role = ws::Role::server;
  options.max_message = listener_.config().max_message.bytes;
  if (answer.deflate) {
    info_.extensions = answer.deflate->header_value;
    options.deflate = answer.deflate->params;
  }
  endpoint_.emplace(options, nullptr);
  ws::append_switching_protocols(endpoint_->output_buffer(), answer);
  id_ = loop_.ids().take();
  state_ = State::open;
  ++listener_.counters().open;
  want_flush();
  keep_alive();
  listener_.handler().on_open(*this);
  if (!rest.empty() && !aborted_) receive(rest);
}

void FakeServerConnection::handshake_timed_out() {
  ++listener_.counters().handshake_failures;
  finish({});
}

// ---- receiving

void FakeServerConnection::receive(BytesView bytes) {
  while (!bytes.empty() && !paused_ && !aborted_) {
    feeding_ = true;
    const std::size_t taken = endpoint_->feed(bytes, *this);
    feeding_ = false;
    stats_.wire_bytes_in += taken;
    bytes.remove_prefix(taken);
  }
  held_ += bytes;
  if (!aborted_) want_flush();
}

void FakeServerConnection::on_message(const ws::Message& message) {
  ++stats_.messages_in;
  stats_.payload_bytes_in += message.payload.size();
  listener_.handler().on_message(*this, message);
}

void FakeServerConnection::on_pong(BytesView payload) {
  listener_.handler().on_pong(*this, payload);
}

void FakeServerConnection::on_error(const ws::ProtocolError& error) {
  const bool too_large = error.code == ws::CloseCode::message_too_big;
  ++(too_large ? listener_.counters().too_large : listener_.counters().protocol_errors);
}

void FakeServerConnection::pause_reading() {
  if (state_ != State::open || paused_ || aborted_) return;
  paused_ = true;
  if (feeding_) endpoint_->stop_reading();
  stream_->pause_reading();
}

void FakeServerConnection::resume_reading() {
  if (state_ != State::open || !paused_ || aborted_) return;
  paused_ = false;
  if (feeding_) return stream_->resume_reading();
  loop_.cancel(resume_timer_);
  resume_timer_ = loop_.schedule(loop_.now(), [this] {
    const Bytes bytes = std::exchange(held_, {});
    receive(bytes);
    if (state_ == State::open && !paused_ && !aborted_) stream_->resume_reading();
  });
}

void FakeServerConnection::keep_alive() {
  const ListenConfig& config = listener_.config();
  if (config.ping_interval == Duration{}) return;
  if (loop_.now() - last_heard_ > config.ping_timeout) {
    ++listener_.counters().keepalive_timeouts;
    lost_ = make_error(ErrorCode::timeout, "no pong within the ping timeout");
    return finish(close_info());
  }
  ping_timer_ = loop_.schedule(loop_.now() + config.ping_interval, [this] {
    ping({});
    keep_alive();
  });
}

// ---- the end

void FakeServerConnection::close(std::uint16_t code, std::string_view reason) {
  if (!is_open()) return;
  own_close_ = OwnClose{code, std::string(reason)};
  want_flush();
}

void FakeServerConnection::abort() {
  if (state_ == State::ended || aborted_) return;
  aborted_ = true;
  if (feeding_) endpoint_->stop_reading();
  stream_->abort();
  set_timer(Duration{}, &FakeServerConnection::finish_aborted);
}

void FakeServerConnection::finish_aborted() {
  CloseInfo close;
  close.by = CloseInfo::By::local;
  finish(close);
}

void FakeServerConnection::drop() { finish({}); }

void FakeServerConnection::on_end(const StreamEnd& end) {
  if (state_ == State::request || state_ == State::answering) {
    if (state_ == State::request) ++listener_.counters().handshake_failures;
    return finish({});
  }
  if (state_ != State::open) return;
  lost_ = end.error;
  endpoint_->end_of_stream();
  finish(close_info());
}

void FakeServerConnection::follow_closing() {
  if (state_ != State::open || (endpoint_->state() == ws::State::open && !own_close_)) return;
  if (!closing_watched_) {
    closing_watched_ = true;
    set_timer(limits::kCloseTimeout, &FakeServerConnection::close_timed_out);
  }
  if (endpoint_->output().empty() && endpoint_->transport_close_due()) finish(close_info());
}

void FakeServerConnection::close_timed_out() {
  lost_ = make_error(ErrorCode::timeout, "no answer to the Close frame");
  finish(close_info());
}

CloseInfo FakeServerConnection::close_info() const {
  const ws::ClosingState& closing = endpoint_->closing();
  CloseInfo close;
  close.clean = closing.clean();
  if (closing.closed_by() == ws::ClosedBy::us && closing.sent()) close.by = CloseInfo::By::local;
  if (closing.closed_by() == ws::ClosedBy::peer && closing.received())
    close.by = CloseInfo::By::peer;
  if (closing.received()) {
    close.code = ws::to_number(closing.received()->code);
    close.reason = closing.received()->reason;
  } else if (endpoint_->error()) {
    const bool too_large = endpoint_->error()->code == ws::CloseCode::message_too_big;
    close.by = CloseInfo::By::local;
    close.code = ws::to_number(endpoint_->error()->code);
    close.reason = endpoint_->error()->text;
    close.error = make_error(too_large ? ErrorCode::too_large : ErrorCode::protocol, close.reason);
  } else if (failed_with_ != 0) {
    close.by = CloseInfo::By::local;
    close.code = failed_with_;
    close.error = make_error(ErrorCode::too_large, "the peer reads too slowly");
  } else {
    close.error = lost_ ? *lost_ : make_error(ErrorCode::connection_lost,
                                              "TCP was closed without a Close frame");
  }
  return close;
}

void FakeServerConnection::finish(const CloseInfo& close) {
  if (state_ == State::ended) return;
  const bool was_open = std::exchange(state_, State::ended) == State::open;
  for (const TimerId timer : {timer_, age_timer_, ping_timer_, resume_timer_}) loop_.cancel(timer);
  if (exchange_) exchange_->detach();
  if (!aborted_) {
    const bool said_all = endpoint_ && endpoint_->closing().sent() && endpoint_->output().empty();
    if (said_all || !was_open) {
      stream_->close();
    } else {
      stream_->abort();
    }
  }
  if (was_open) {
    --listener_.counters().open;
    outbox_.clear();
    listener_.handler().on_close(*this, close);
    loop_.ids().give_back(id_);
  }
  want_flush();  // the listener frees us
}

void FakeServerConnection::set_timer(Duration delay, void (FakeServerConnection::*action)()) {
  loop_.cancel(timer_);
  timer_ = loop_.schedule(loop_.now() + delay, [this, action] { (this->*action)(); });
}

}  // namespace wsb::net

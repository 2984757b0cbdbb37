#include "core/app/client_session.h"

#include <utility>

#include "core/app/socketio_text.h"
#include "core/base/check.h"
#include "core/base/encoding.h"
#include "core/base/limits.h"
#include "core/base/random.h"
#include "core/base/text.h"

namespace wsb::app {
namespace {

// The network tells nobody when a backlog has drained, so it is looked at.
constexpr Duration kPumpInterval = std::chrono::milliseconds(1);
// After the deadline a Close still gets its chance, but not the whole close timeout.
constexpr Duration kDeadlineGrace = std::chrono::milliseconds(500);
constexpr std::uint16_t kNormalClosure = 1000;
constexpr std::size_t kNotedBytes = 4096;  // of a packet
constexpr std::size_t kHeldNotes = 64;

DrainPlan plan_of(const ClientConfig& config) {
  DrainPlan plan;
  plan.at_end = config.echo ? EndOfInput::hold : config.at_end;
  plan.for_replies = config.count_as_sent || config.count.value_or(0) > 0;
  plan.linger = config.count ? Duration::zero() : config.linger;
  plan.pong_limit = config.connect.close_timeout;
  return plan;
}

}  // namespace

ClientSession::ClientSession(net::Runtime& runtime, net::Loop& loop, const ClientConfig& config,
                             ClientListener& listener)
    : runtime_(&runtime),
      loop_(&loop),
      config_(config),
      listener_(&listener),
      drain_(plan_of(config)) {
  report_.wanted = config.count;
  report_.max_time = config.max_time;
}

void ClientSession::start() {
  WSB_CHECK(connection_ == nullptr);
  if (config_.max_time > Duration::zero()) {
    rearm(deadline_timer_, loop_->now() + config_.max_time, &ClientSession::on_deadline);
  }
  if (!config_.socketio) {
    connection_ = &runtime_->connect(*loop_, config_.connect, *this);
    return;
  }
  session::SocketioEvents* const events = this;
  net::ConnectionHandler& handler = *this;
  socketio_.emplace(config_.socketio->options, *loop_, handler, events);
  connection_ = &*socketio_;
  socketio_->connect(*runtime_, config_.connect);
}

void ClientSession::submit(ClientMessage message) {
  WSB_CHECK(!input_ended_);
  if (connection_ == nullptr || closing_) {
    listener_->on_taken(message.size());
    return;
  }
  queue_.push_back(std::move(message));
  pump();
}

void ClientSession::end_input() {
  if (input_ended_) return;
  input_ended_ = true;
  pump();
}

void ClientSession::quit() {
  input_ended_ = true;
  DrainPlan plan;
  plan.at_end = EndOfInput::close;
  drain_ = Drain(plan);
  pump();
}

void ClientSession::stop(ClientStop why) {
  if (report_.stop == ClientStop::none) report_.stop = why;
  if (connection_ == nullptr || closing_) return;
  while (!queue_.empty()) {
    listener_->on_taken(queue_.front().size());
    queue_.pop_front();
  }
  closing_ = true;
  if (!report_.opened) {
    connection_->abort();
    return;
  }
  connection_->close(kNormalClosure, "");
  // Nothing that may still arrive is wanted: a slow message does not lengthen the close timeout.
  rearm(deadline_timer_, loop_->now() + config_.connect.close_timeout + kDeadlineGrace,
        &ClientSession::on_deadline_grace);
}

void ClientSession::resume_reading() {
  if (connection_ == nullptr || !reading_paused_) return;
  reading_paused_ = false;
  connection_->resume_reading();
}

net::HandshakeDecision ClientSession::on_handshake(const net::HandshakeRequest&) { return {}; }

void ClientSession::on_open(net::Connection& connection) {
  report_.opened = true;
  opened_ = loop_->now();
  listener_->on_opened(connection.info());
  tell_held_notes();
  pump();
}

void ClientSession::on_message(net::Connection&, const ws::Message& message) {
  received(message, true);
}

void ClientSession::received(const ws::Message& message, bool is_reply) {
  if (report_.stop == ClientStop::count_reached) return;
  ++report_.received;
  if (is_reply) ++report_.replies;
  if (config_.echo) {
    echo(message);
    return;
  }
  drain_.on_message(loop_->now());
  if (!listener_->on_message(message) && !reading_paused_) {
    reading_paused_ = true;
    connection_->pause_reading();
  }
  if (!closing_ && count_reached()) stop(ClientStop::count_reached);
}

void ClientSession::on_joined(std::string_view sid) {
  if (!config_.socketio->tell_joined) return;
  note("joined namespace '" + config_.socketio->options.nsp + "' as " + std::string(sid));
}

void ClientSession::on_event(const socketio::IncomingEvent& event) {
  line_.clear();
  append_event_line(line_, event);
  received({.opcode = ws::Opcode::text, .payload = line_}, !config_.socketio->ask_acks);
}

void ClientSession::on_ack(const socketio::IncomingAck& ack) {
  line_.clear();
  append_ack_line(line_, ack);
  received({.opcode = ws::Opcode::text, .payload = line_}, true);
}

void ClientSession::on_packet(bool sent, bool binary, BytesView data) {
  if (!config_.socketio->tell_packets) return;
  const std::size_t shown = binary ? kNotedBytes / 2 : kNotedBytes;
  const BytesView head = data.substr(0, shown);
  std::string text = sent ? "> " : "< ";
  text += binary ? hex_encode(head) : std::string(head);
  if (data.size() > shown) text += " \u2026 +" + std::to_string(data.size() - shown) + " bytes";
  note(std::move(text));
}

void ClientSession::note(std::string text) {
  if (report_.opened || held_notes_.size() == kHeldNotes) {
    listener_->on_note(std::move(text));
  } else {
    held_notes_.push_back(std::move(text));
  }
}

void ClientSession::tell_held_notes() {
  for (std::string& text : std::exchange(held_notes_, {})) listener_->on_note(std::move(text));
}

void ClientSession::on_pong(net::Connection&, BytesView payload) {
  if (!drain_.begun() || payload != barrier_) return;
  drain_.on_pong(loop_->now());
  step_drain();
}

void ClientSession::on_close(net::Connection& connection, const net::CloseInfo& close) {
  report_.close = close;
  report_.refusal = connection.info().refusal;
  if (report_.opened) report_.open_for = loop_->now() - opened_;
  connection_ = nullptr;
  for (net::TimerId* timer : {&pump_timer_, &drain_timer_, &deadline_timer_}) {
    loop_->cancel(std::exchange(*timer, {}));
  }
  tell_held_notes();
  listener_->on_ended(report_, connection.info());
}

void ClientSession::echo(const ws::Message& message) {
  const net::SendStatus status =
      connection_->send(message.opcode, message.payload, message.compressed);
  if (status == net::SendStatus::dropped) report_.send_failed = true;
  if (status == net::SendStatus::sent || status == net::SendStatus::queued) ++report_.sent;
  if (status == net::SendStatus::queued) pump();
}

// Moves what was submitted into the connection, as far as the kernel keeps up.
void ClientSession::pump() {
  if (connection_ == nullptr || !report_.opened || closing_) return;
  send_queue();
  if (connection_ == nullptr || closing_) return;
  const bool behind = connection_->stats().backlog_bytes >= limits::kClientBacklogBytes;
  if (config_.echo && behind != reading_paused_) {
    reading_paused_ = behind;
    if (behind)
      connection_->pause_reading();
    else
      connection_->resume_reading();
  }
  if (!queue_.empty() || (config_.echo && behind)) {
    rearm(pump_timer_, loop_->now() + kPumpInterval, &ClientSession::pump);
    return;
  }
  settle();
}

void ClientSession::send_queue() {
  while (!queue_.empty() && connection_ != nullptr && may_send()) {
    const ClientMessage message = std::move(queue_.front());
    queue_.pop_front();
    const net::SendStatus status = send(message);
    listener_->on_taken(message.size());
    if (status == net::SendStatus::closed) continue;  // the end is on its way
    if (status == net::SendStatus::dropped) {
      report_.send_failed = true;
      stop(ClientStop::none);
      return;
    }
    ++report_.sent;
    if (!message.answers) ++asked_;
  }
}

bool ClientSession::may_send() const {
  // With too many acks owed the rest waits for some of them.
  const bool owed = socketio_ && config_.socketio->ask_acks && !socketio_->may_ask();
  return !owed && connection_->stats().backlog_bytes < limits::kClientBacklogBytes;
}

net::SendStatus ClientSession::send(const ClientMessage& message) {
  if (socketio_) return send_socketio(message);
  return connection_->send(message.opcode, message.payload);
}

net::SendStatus ClientSession::send_socketio(const ClientMessage& message) {
  const std::vector<BytesView> attachments(message.attachments.begin(), message.attachments.end());
  if (message.answers) {
    WSB_CHECK(socketio::parse_ack(message.payload, event_.elements));
    return socketio_->acknowledge(*message.answers, event_.elements, attachments);
  }
  WSB_CHECK(socketio::parse_event(message.payload, event_));
  const socketio::OutgoingEvent event{event_.name, event_.args(), attachments};
  return config_.socketio->ask_acks ? socketio_->emit_with_ack(event) : socketio_->emit(event);
}

// Looks whether what happened ends the conversation or begins its end.
void ClientSession::settle() {
  if (connection_ == nullptr || !report_.opened || closing_) return;
  const bool all_sent = input_ended_ && queue_.empty();
  if (all_sent && config_.count_as_sent && !report_.wanted) {
    report_.wanted = asked_;
    if (asked_ == 0)
      drain_ = Drain({config_.at_end, false, {}, config_.connect.close_timeout});
  }
  if (count_reached()) {
    stop(ClientStop::count_reached);
    return;
  }
  if (all_sent && !drain_.begun()) act(drain_.begin(loop_->now()));
  step_drain();
}

bool ClientSession::count_reached() const {
  return report_.wanted.value_or(0) > 0 && report_.replies >= *report_.wanted;
}

void ClientSession::act(Drain::Action action) {
  if (action == Drain::Action::ping) {
    SystemRandom random;
    char nonce[8];
    random.fill(nonce, sizeof nonce);
    barrier_ = "wsb " + hex_encode({nonce, sizeof nonce});
    connection_->ping(barrier_);
  } else if (action == Drain::Action::close) {
    if (report_.stop == ClientStop::none) report_.stop = ClientStop::input_ended;
    closing_ = true;
    connection_->close(kNormalClosure, "");
  }
}

void ClientSession::step_drain() {
  if (connection_ == nullptr || closing_ || !drain_.begun()) return;
  const net::ConnectionStats stats = connection_->stats();
  act(drain_.step(loop_->now(), {.backlog = stats.backlog_bytes,
                                 .bytes_in = stats.wire_bytes_in,
                                 .in_message = stats.in_message,
                                 .reading_paused = reading_paused_}));
  if (connection_ == nullptr || closing_) return;
  const auto due = drain_.due();
  if (!due || (drain_timer_.value != 0 && drain_timer_due_ <= *due)) return;
  drain_timer_due_ = *due;
  rearm(drain_timer_, *due, &ClientSession::step_drain);
}

void ClientSession::rearm(net::TimerId& timer, TimePoint when, void (ClientSession::*action)()) {
  loop_->cancel(timer);
  timer = loop_->schedule(when, [this, &timer, action] {
    timer = {};
    (this->*action)();
  });
}

void ClientSession::on_deadline() {
  stop(ClientStop::max_time);
  if (connection_ == nullptr) return;
  rearm(deadline_timer_, loop_->now() + kDeadlineGrace, &ClientSession::on_deadline_grace);
}

void ClientSession::on_deadline_grace() {
  if (connection_ != nullptr) connection_->abort();
}

}  // namespace wsb::app

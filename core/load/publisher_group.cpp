#include "core/load/publisher_group.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/load/token.h"

namespace wsb::load {
namespace {

// Bytes that no escaper changes and no compressor finds too easy; the same in every run.
Bytes filler(std::size_t size) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  Bytes bytes(size, '.');
  std::uint32_t state = 2463534242;  // xorshift32
  for (std::size_t i = kTokenBytes; i < size; ++i) {
    state ^= state << 13U;
    state ^= state >> 17U;
    state ^= state << 5U;
    bytes[i] = kAlphabet[state % kAlphabet.size()];
  }
  return bytes;
}

}  // namespace

PublisherGroup::PublisherGroup(net::Runtime& runtime, net::Loop& loop, Config config)
    : loop_(loop),
      run_(config.run),
      connector_(runtime, loop, *this, config.connector),
      self_(config.run, static_cast<std::uint32_t>(config.connector.positions.size()),
            config.connector.positions.size()),
      cpu_(std::move(config.thread_cpu)),
      wait_(std::move(config.thread_wait)),
      open_(config.connector.positions.size(), nullptr),
      payload_(filler(config.payload_bytes)),
      sent_(config.connector.positions.size()) {
  WSB_CHECK(config.payload_bytes >= kTokenBytes);
}

void PublisherGroup::probe() {
  const TimePoint now = loop_.now();
  for (std::uint32_t seq = 0; seq < kProbeMessages; ++seq) {
    loop_.schedule(now + seq * kProbeInterval, [this, seq] { send_probe(seq); });
  }
}

void PublisherGroup::send_probe(std::uint32_t seq) {
  const auto first = std::find_if(open_.begin(), open_.end(),
                                  [](const net::Connection* each) { return each != nullptr; });
  if (first == open_.end()) return;
  const TimePoint now = loop_.now();
  // A probe message that cannot be sent has no copies, and the probe says so.
  send(static_cast<std::uint16_t>(first - open_.begin()), seq, now, now);
}

void PublisherGroup::begin(const RunPlan& plan) {
  WSB_CHECK(!plan_.has_value());
  plan_ = plan;
  self_.begin(plan);
  loop_.schedule(plan.steady_begin(), [this] {
    cpu_.begin(loop_.now());
    wait_.begin(loop_.now());
  });
  send_due();
}

void PublisherGroup::send_due() {
  if (stopped_) return;
  // The clock is read for each message: a long backlog takes its time to send.
  while (next_ < plan_->end() && plan_->pacer().intended(next_) <= loop_.now()) {
    send_planned(next_++);
  }
  if (next_ < plan_->end()) {
    loop_.schedule(plan_->pacer().intended(next_), [this] { send_due(); });
  }
}

void PublisherGroup::send_planned(std::uint64_t index) {
  const TimePoint intended = plan_->pacer().intended(index);
  const TimePoint now = loop_.now();
  const auto outcome = send(plan_->publisher_of(index), plan_->seq_of(index), intended, now);
  if (index < plan_->steady_first()) return;
  switch (outcome) {
    case Outcome::sent:
      sent_.sent(plan_->publisher_of(index), plan_->seq_of(index));
      if (now < plan_->steady_end()) ++steady_in_window_;
      send_lag_.record(now - intended);
      break;
    case Outcome::buffer_full: ++steady_unsent_; break;
    case Outcome::not_connected: ++steady_disconnected_; break;
  }
}

PublisherGroup::Outcome PublisherGroup::send(std::uint16_t publisher, std::uint32_t seq,
                                             TimePoint intended, TimePoint now) {
  net::Connection* connection = open_[publisher];
  if (connection == nullptr) return Outcome::not_connected;
  write_token(payload_, {run_, publisher, seq, intended, now - intended});
  const auto status = connection->send(ws::Opcode::text, payload_);
  switch (status) {
    case net::SendStatus::sent:
    case net::SendStatus::queued: return Outcome::sent;
    case net::SendStatus::closed: return Outcome::not_connected;
    case net::SendStatus::dropped: break;
  }
  return Outcome::buffer_full;
}

std::uint64_t PublisherGroup::steady_left() const {
  return plan_ && !stopped_ ? plan_->end() - std::max(next_, plan_->steady_first()) : 0;
}

void PublisherGroup::end_steady() {
  cpu_.end(loop_.now());
  wait_.end(loop_.now());
}

void PublisherGroup::stop() { stopped_ = true; }

void PublisherGroup::give_up() {
  steady_disconnected_ += steady_left();
  stopped_ = true;
}

void PublisherGroup::close_all() {
  closing_ = true;
  connector_.cancel();
  steady_unsent_ += steady_left();
  stopped_ = true;
  for (net::Connection* connection : open_) {
    if (connection != nullptr) connection->close(1000, {});
  }
}

PublisherStatus PublisherGroup::status() const {
  PublisherStatus status;
  status.connects_done = connector_.done();
  status.open = open_count_;
  status.opened = connects_.ok();
  status.failed = connects_.failed_total();
  status.messages = self_.messages();
  status.finished = stopped_ || (plan_ && next_ == plan_->end());
  status.steady_sent = sent_.total();
  if (status.finished) status.sent_book = std::make_shared<const SentBook>(sent_);
  status.steady_in_window = steady_in_window_;
  status.steady_unsent = steady_unsent_;
  status.steady_disconnected = steady_disconnected_;
  status.self_received = self_.counts().received;
  status.self_copies = self_.probe_copies();
  return status;
}

net::HandshakeDecision PublisherGroup::on_handshake(const net::HandshakeRequest&) { return {}; }

void PublisherGroup::on_open(net::Connection& connection) {
  const std::size_t publisher = connector_.index_of(connection.id());
  open_[publisher] = &connection;
  ++open_count_;
  self_.opened(publisher);
  connects_.opened(connection.info(), loop_.now());
  if (closing_) connection.close(1000, {});
  connector_.settled();
}

void PublisherGroup::on_message(net::Connection& connection, const ws::Message& message) {
  const TimePoint now = loop_.now();
  const std::size_t publisher = connector_.index_of(connection.id());
  Token token;
  const bool own = find_token(message.payload, run_, token) == TokenSearch::found &&
                   token.publisher == publisher;
  // What the other publishers sent is measured at the receivers.
  if (own) self_.message(publisher, message.payload, now);
}

void PublisherGroup::on_pong(net::Connection&, BytesView) {}

void PublisherGroup::on_close(net::Connection& connection, const net::CloseInfo& close) {
  const std::size_t publisher = connector_.index_of(connection.id());
  if (open_[publisher] == nullptr) {
    if (!closing_) connects_.failed(close);
    connector_.settled();
    return;
  }
  open_[publisher] = nullptr;
  --open_count_;
  self_.ended(publisher, loop_.now());
  if (!closing_) connects_.dropped(close);
}

}  // namespace wsb::load

#include "core/app/worker_meter.h"

#include <algorithm>

namespace wsb::app {

namespace {

constexpr Duration kBeat = std::chrono::milliseconds(100);
constexpr int kBeatsOfWindow = 50;

void add(PeerTotals& totals, const net::ConnectionStats& stats) {
  totals.messages_in += stats.messages_in;
  totals.messages_out += stats.messages_out;
  totals.wire_bytes_in += stats.wire_bytes_in;
  totals.wire_bytes_out += stats.wire_bytes_out;
  totals.dropped_messages += stats.dropped_messages;
}

}  // namespace

PeerTotals& PeerTotals::operator+=(const PeerTotals& other) {
  messages_in += other.messages_in;
  messages_out += other.messages_out;
  wire_bytes_in += other.wire_bytes_in;
  wire_bytes_out += other.wire_bytes_out;
  dropped_messages += other.dropped_messages;
  backlog_bytes += other.backlog_bytes;
  backlogged += other.backlogged;
  return *this;
}

WorkerMeter::WorkerMeter(net::Loop& loop, net::ConnectionHandler& peers, net::TurnEnd& hub)
    : loop_(loop), peers_(peers), hub_(hub) {}

WorkerMeter::~WorkerMeter() { loop_.cancel(timer_); }

void WorkerMeter::start() {
  due_ = loop_.now() + kBeat;
  timer_ = loop_.schedule(due_, [this] { beat(); });
}

void WorkerMeter::beat() {
  lag_now_ = std::max(lag_now_, loop_.now() - due_);
  if (++beats_ == kBeatsOfWindow) {
    beats_ = 0;
    lag_before_ = lag_now_;
    lag_now_ = Duration::zero();
  }
  start();
}

WorkerMeasures WorkerMeter::measures() const {
  WorkerMeasures measures{gone_, fanout_, std::max(lag_now_, lag_before_)};
  for (const net::Connection* connection : open_) {
    if (connection == nullptr) continue;
    const net::ConnectionStats stats = connection->stats();
    add(measures.peers, stats);
    measures.peers.backlog_bytes += stats.backlog_bytes;
    if (stats.backlog_bytes > 0) ++measures.peers.backlogged;
  }
  return measures;
}

net::HandshakeDecision WorkerMeter::on_handshake(const net::HandshakeRequest& request) {
  return peers_.on_handshake(request);
}

void WorkerMeter::on_open(net::Connection& connection) {
  const std::size_t slot = connection.id().slot;
  if (slot >= open_.size()) open_.resize(slot + 1);
  open_[slot] = &connection;
  peers_.on_open(connection);
}

void WorkerMeter::on_message(net::Connection& connection, const ws::Message& message) {
  if (hub_.pending_bytes() == 0) read_at_ = loop_.now();
  peers_.on_message(connection, message);
}

void WorkerMeter::on_pong(net::Connection& connection, BytesView payload) {
  peers_.on_pong(connection, payload);
}

void WorkerMeter::on_failed_tls(const Error& why) { peers_.on_failed_tls(why); }

void WorkerMeter::on_drained(net::Connection& connection) { peers_.on_drained(connection); }

void WorkerMeter::on_close(net::Connection& connection, const net::CloseInfo& close) {
  open_[connection.id().slot] = nullptr;
  add(gone_, connection.stats());
  peers_.on_close(connection, close);
}

// What comes from somewhere else than a client's message has no time of reading.
void WorkerMeter::flush() {
  hub_.flush();
  if (read_at_ == TimePoint{}) return;
  fanout_.record(loop_.now() - read_at_);
  read_at_ = {};
}

}  // namespace wsb::app

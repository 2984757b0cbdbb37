#include "core/load/receiver_group.h"

#include <utility>

namespace wsb::load {

ReceiverGroup::ReceiverGroup(net::Runtime& runtime, net::Loop& loop, Config config)
    : loop_(loop),
      connector_(runtime, loop, *this, config.connector),
      tally_(config.run, config.publishers, config.connector.positions.size()),
      cpu_(std::move(config.thread_cpu)),
      wait_(std::move(config.thread_wait)),
      open_(config.connector.positions.size(), nullptr) {}

void ReceiverGroup::begin(const RunPlan& plan) {
  tally_.begin(plan);
  loop_.schedule(plan.steady_begin(), [this] {
    cpu_.begin(loop_.now());
    wait_.begin(loop_.now());
  });
}

void ReceiverGroup::end_steady() {
  cpu_.end(loop_.now());
  wait_.end(loop_.now());
}

void ReceiverGroup::close_all() {
  closing_ = true;
  connector_.cancel();
  for (net::Connection* connection : open_) {
    if (connection != nullptr) connection->close(1000, {});
  }
}

GroupStatus ReceiverGroup::status(const SentBook* sent) const {
  GroupStatus status;
  status.connects_done = connector_.done();
  status.open = open_count_;
  status.opened = connects_.ok();
  status.failed = connects_.failed_total();
  status.messages = tally_.messages();
  status.received = tally_.counts().received;
  status.received_by_ended = tally_.received_by_ended();
  status.probe_copies = tally_.probe_copies();
  if (sent != nullptr) status.missing = tally_.balance(*sent).lost;
  return status;
}

net::HandshakeDecision ReceiverGroup::on_handshake(const net::HandshakeRequest&) { return {}; }

void ReceiverGroup::on_open(net::Connection& connection) {
  const std::size_t receiver = connector_.index_of(connection.id());
  open_[receiver] = &connection;
  ++open_count_;
  tally_.opened(receiver);
  connects_.opened(connection.info(), loop_.now());
  // It opened although we are leaving: its close was asked for before it existed.
  if (closing_) connection.close(1000, {});
  connector_.settled();
}

void ReceiverGroup::on_message(net::Connection& connection, const ws::Message& message) {
  tally_.message(connector_.index_of(connection.id()), message.payload, loop_.now());
}

void ReceiverGroup::on_pong(net::Connection&, BytesView) {}

void ReceiverGroup::on_close(net::Connection& connection, const net::CloseInfo& close) {
  const std::size_t receiver = connector_.index_of(connection.id());
  if (open_[receiver] == nullptr) {
    if (!closing_) connects_.failed(close);
    connector_.settled();
    return;
  }
  open_[receiver] = nullptr;
  --open_count_;
  tally_.ended(receiver, loop_.now());
  if (!closing_) connects_.dropped(close);
}

}  // namespace wsb::load

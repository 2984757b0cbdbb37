#include "core/app/conformance_apps.h"

#include <utility>

#include "core/proto/socketio/server_connection.h"

namespace wsb::app {

using session::EngineioPeer;

void EngineioEcho::on_message(EngineioPeer& peer, bool binary, BytesView data) {
  (void)peer.send(binary ? ws::Opcode::binary : ws::Opcode::text, data, true);
}

class SocketioConformance::Client final : private socketio::ServerConnectionSink {
 public:
  Client(net::Loop& loop, EngineioPeer& peer)
      : loop_(loop), peer_(peer), machine_(options(), this, loop.now()) {
    rearm();
  }
  ~Client() override { loop_.cancel(timer_); }

  void receive(bool binary, BytesView data) {
    machine_.message_received(binary, data);
    settle();
  }
  void closed(engineio::CloseReason reason) {
    ended_ = true;
    loop_.cancel(std::exchange(timer_, {}));
    machine_.session_closed(engineio::describe(reason));
  }

 private:
  static socketio::ServerConnectionOptions options() {
    socketio::ServerConnectionOptions out;
    out.connect_timeout = std::chrono::seconds(1);
    return out;
  }

  void send(BytesView text, std::span<const BytesView> attachments) override {
    (void)peer_.send_message(text, attachments);
  }
  void on_connect(std::string_view nsp, BytesView auth) override {
    if (nsp != socketio::kMainNamespace && nsp != "/custom") {
      return machine_.refuse(nsp, "Invalid namespace");
    }
    // Any id will do that is not the session's own, which is a secret.
    machine_.accept(nsp, std::string(nsp) + std::to_string(peer_.id().slot));
    const BytesView said = auth.empty() ? BytesView("{}") : auth;
    machine_.emit(nsp, {"auth", {&said, 1}});
  }
  void on_namespace_limit(std::string_view) override {}
  void on_event(const socketio::IncomingEvent& event) override {
    if (event.name == "message") {
      machine_.emit(event.nsp, {"message-back", event.args, event.attachments});
    } else if (event.name == "message-with-ack" && event.ack_id) {
      machine_.acknowledge(event.nsp, *event.ack_id, event.args, event.attachments);
    }
  }
  void on_ack(const socketio::IncomingAck&) override {}
  void on_disconnect(std::string_view, std::string_view) override {}
  void on_error(const Error&) override { failed_ = true; }

  void settle() {
    if (ended_) return;
    if (failed_) return peer_.abort();
    rearm();
  }
  void rearm() {
    const auto due = machine_.next_deadline();
    if (ended_ || timer_.value != 0 || !due) return;
    timer_ = loop_.schedule(*due, [this] {
      timer_ = {};
      machine_.tick(loop_.now());
      settle();
    });
  }

  net::Loop& loop_;
  EngineioPeer& peer_;
  socketio::ServerConnection machine_;
  net::TimerId timer_{};
  bool failed_ = false;
  bool ended_ = false;
};

SocketioConformance::SocketioConformance(net::Loop& loop) : loop_(loop) {}

SocketioConformance::~SocketioConformance() { loop_.cancel(freeing_); }

void SocketioConformance::on_session(EngineioPeer& peer, EngineioVisitor) {
  clients_[&peer] = std::make_unique<Client>(loop_, peer);
}

void SocketioConformance::on_message(EngineioPeer& peer, bool binary, BytesView data) {
  const auto found = clients_.find(&peer);
  if (found != clients_.end()) found->second->receive(binary, data);
}

// Perhaps in the middle of a call of it.
void SocketioConformance::on_closed(EngineioPeer& peer, engineio::CloseReason reason) {
  const auto found = clients_.find(&peer);
  if (found == clients_.end()) return;
  found->second->closed(reason);
  gone_.push_back(std::move(found->second));
  clients_.erase(found);
  if (freeing_.value != 0) return;
  freeing_ = loop_.schedule(loop_.now(), [this] {
    freeing_ = {};
    gone_.clear();
  });
}

}  // namespace wsb::app

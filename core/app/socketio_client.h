#pragma once

// One Socket.IO client of a worker: a session, and the namespaces that it is in. Owned by the
// worker's SocketioClients, on its thread; not destroyed inside its own calls.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/app/socketio_clients.h"
#include "core/proto/socketio/placeholder.h"

namespace wsb::app {

struct SocketioClients::Socket {
  std::string nsp;
  std::string id;
  AccessGrant grant;
  std::vector<std::string> rooms;  // as the client calls them
  std::string pid{};               // what it comes back with; empty: it cannot
  std::uint64_t author = 0;        // see session::Said
};

// What a client says that wants to be who it was.
struct SocketioClients::Return {
  std::string pid;
  std::uint64_t offset = 0;
};

class SocketioClients::Client final : private socketio::ServerConnectionSink {
  // What it missed is being asked for.
  struct Returning {
    std::string pid;
    AccessGrant grant;
    RecoverySocket lost;
  };

 public:
  Client(SocketioClients& owner, session::EngineioPeer& peer, EngineioVisitor visitor)
      : owner_(owner),
        peer_(peer),
        visitor_(std::move(visitor)),
        machine_(owner.options_.connection, this, owner.loop_.now()) {
    rearm();
  }
  ~Client() override { owner_.loop_.cancel(timer_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] net::ConnectionId id() const { return peer_.id(); }

  void receive(bool binary, BytesView data) {
    machine_.message_received(binary, data);
    settle();
  }
  void closed(engineio::CloseReason reason);
  // Another connection speaks for it now.
  void give_way() { peer_.abort(); }
  void judged(const std::string& nsp, AccessVerdict verdict, const Return& wish);
  void seek(const std::string& nsp, const AccessGrant& grant, const Return& wish, bool again);
  void arrived(const std::string& nsp, const hub::Arrival& arrival);
  void acknowledge(const std::string& nsp, std::uint64_t ack_id, BytesView json) {
    if (ended_) return;
    machine_.acknowledge(nsp, ack_id, {&json, 1});
  }

 private:
  // socketio::ServerConnectionSink
  void send(BytesView text, std::span<const BytesView> attachments) override {
    (void)peer_.send_message(text, attachments);
  }
  void on_connect(std::string_view nsp, BytesView auth) override;
  void on_namespace_limit(std::string_view nsp) override;
  void on_event(const socketio::IncomingEvent& event) override;
  void on_ack(const socketio::IncomingAck&) override {}  // none is asked for
  void on_disconnect(std::string_view nsp, std::string_view reason) override;
  void on_error(const Error& error) override;

  void admit(const std::string& nsp, const AccessGrant& grant);
  void welcome(const std::string& nsp, std::uint64_t position);
  void bring_back(const std::string& nsp, const AccessGrant& grant, const Return& wish,
                  RecoverySocket lost);
  void readmit(Returning returning);
  void listen(const std::string& nsp, const std::vector<std::string>& rooms,
              const Return* wish, std::uint64_t author);
  void broadcast(Socket& socket, const socketio::IncomingEvent& event, BytesView payload,
                 const hub::RoomsRef& rooms);
  void obey(Socket& socket, const socketio::IncomingEvent& event);
  void join(Socket& socket, const std::string& room);
  void leave(Socket& socket, const std::string& room);
  void answer(const socketio::IncomingEvent& event, BytesView json);
  void fail_event(const socketio::IncomingEvent& event, std::string_view why);
  [[nodiscard]] Socket* find(std::string_view nsp);
  [[nodiscard]] http::Headers credentials(BytesView auth) const;
  [[nodiscard]] std::optional<Return> wish_of(BytesView auth) const;
  void settle();
  void rearm();

  SocketioClients& owner_;
  session::EngineioPeer& peer_;
  const EngineioVisitor visitor_;
  socketio::ServerConnection machine_;
  std::vector<Socket> sockets_;
  std::vector<Returning> returning_;
  net::TimerId timer_{};
  bool failed_ = false;  // the session is to be closed
  bool ended_ = false;
  bool is_lost_ = false;  // ended in a way after which it may come back
  Bytes scratch_;
  std::vector<socketio::Placeholder> placeholders_;
};

}  // namespace wsb::app

#pragma once

// One Engine.IO session of a server with the transports that carry it: polls and POSTs, a WebSocket
// connection, or both during an upgrade. Passes what happens to the session's machine, keeps its
// clock, and writes its answers. To the hub it is a Connection like any other: a batch goes to the
// WebSocket as it is once that is the transport, and message by message into the queue of a client
// that polls. Owned by an application's table of sessions, on its loop's thread; not destroyed
// inside its own calls.

#include <cstdint>
#include <memory>
#include <string>

#include "core/net/connection.h"
#include "core/net/http.h"
#include "core/net/loop.h"
#include "core/net/outbox.h"
#include "core/proto/engineio/server_session.h"
#include "core/proto/ws/message_sink.h"

namespace wsb::session {

class EngineioPeer;

class EngineioEvents {
 public:
  virtual ~EngineioEvents() = default;
  virtual void on_message(EngineioPeer& peer, bool binary, BytesView data) = 0;
  // The WebSocket is its transport from here on.
  virtual void on_upgraded(EngineioPeer&) {}
  // Once, last. The peer lives until the end of the turn at least.
  virtual void on_closed(EngineioPeer& peer, engineio::CloseReason reason) = 0;
};

// For the answers of Engine.IO requests, refusals included.
[[nodiscard]] net::HttpResponse engineio_answer(int status, std::string_view media_type,
                                                Bytes body);
[[nodiscard]] net::HttpResponse engineio_refusal(const engineio::RequestError& error);

class EngineioPeer final : public net::Connection, private engineio::ServerSessionSink {
 public:
  struct Setup {
    std::string sid;
    net::ConnectionId id;
    net::ConnectionInfo info;  // of the request that opened the session
    engineio::ServerSessionOptions options;
    engineio::Transport transport = engineio::Transport::polling;
    net::SlowReaderPolicy slow_reader = net::SlowReaderPolicy::disconnect;
    std::shared_ptr<const void> place{};  // kept for as long as the session
  };

  // Loop and events outlive it.
  EngineioPeer(net::Loop& loop, Setup setup, EngineioEvents& events);
  ~EngineioPeer() override;

  [[nodiscard]] const std::string& sid() const { return setup_.sid; }
  [[nodiscard]] engineio::Transport transport() const { return session_.transport(); }
  [[nodiscard]] bool holds_poll() const { return poll_ != nullptr; }
  // Of what went by polling.
  [[nodiscard]] const net::ConnectionStats& polled() const { return stats_; }
  [[nodiscard]] bool is_open() const { return session_.is_open(); }
  [[nodiscard]] bool is_closed() const { return session_.is_closed(); }

  // The first of all: by the transport that it was set up with.
  void open_by_polling(const std::shared_ptr<net::HttpExchange>& exchange);
  void open_by_websocket(net::Connection& websocket);

  // Requests that judge_request() let pass.
  void poll(const std::shared_ptr<net::HttpExchange>& exchange);
  void post(const std::shared_ptr<net::HttpExchange>& exchange);
  // A request that ends the session: see engineio::RequestError.
  void fail();
  // False: the session wants no upgrade now.
  [[nodiscard]] bool probe(net::Connection& websocket);

  // Of its WebSocket.
  void websocket_message(const ws::Message& message);
  void websocket_closed(const net::Connection& websocket);

  // One Engine.IO message and the binary ones that belong to it, all or none.
  net::SendStatus send_message(BytesView text, std::span<const BytesView> attachments);
  // Ends the session in order, behind what is queued.
  void end();

  // net::Connection
  [[nodiscard]] net::ConnectionId id() const override { return setup_.id; }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return setup_.info; }
  [[nodiscard]] net::ConnectionStats stats() const override;
  net::SendStatus send(const net::BatchRef& batch, std::size_t first, std::size_t last) override;
  net::SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override;
  void ping(BytesView) override {}  // the session has pings of its own
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override;
  // Who polls is not read from while its POST is not answered; another one would end the session.
  void pause_reading() override;
  void resume_reading() override;

 private:
  // engineio::ServerSessionSink
  void answer_poll(Bytes payload) override;
  void send_text(BytesView text) override;
  void send_binary(BytesView data) override;
  void close_websocket(engineio::CloseReason reason) override;
  void upgraded() override;
  void deliver(bool binary, BytesView data) override;
  void session_closed(engineio::CloseReason reason) override;

  [[nodiscard]] bool on_websocket() const {
    return session_.transport() == engineio::Transport::websocket;
  }
  void answer_post(const std::shared_ptr<net::HttpExchange>& exchange);
  void release_post();
  net::SendStatus enqueue(std::span<const engineio::PacketView> packets);
  [[nodiscard]] net::SendStatus status_of(engineio::SendOutcome outcome, std::uint64_t messages);
  void rearm();

  net::Loop& loop_;
  const Setup setup_;
  EngineioEvents& events_;
  engineio::ServerSession session_;
  net::Connection* websocket_ = nullptr;       // the transport, or a probe
  std::shared_ptr<net::HttpExchange> poll_;    // open
  std::shared_ptr<net::HttpExchange> held_post_;  // taken in, and not answered yet
  bool holding_ = false;                          // the answer to the next one waits
  net::ConnectionStats stats_;                 // of what went by polling
  net::TimerId timer_{};
  TimePoint wakes_at_{};                       // while there is a timer
  net::TimerId cutting_{};                     // a client whose queue is full
  std::uint16_t close_code_ = 1000;
  std::string close_reason_;
  net::SendStatus websocket_status_ = net::SendStatus::sent;  // of the frames sent last
  Bytes scratch_;
};

}  // namespace wsb::session

#pragma once

// The server's side of the fake network: accepts, judges requests, and speaks WebSocket as
// ws::Endpoint does, with the send path of the real one: shared batches are written directly to a
// connection that keeps up and wait by reference in the Outbox of one that does not.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/net/connection_handler.h"
#include "core/net/http.h"
#include "core/net/listener.h"
#include "core/net/outbox.h"
#include "core/proto/http/request.h"
#include "core/proto/ws/endpoint.h"
#include "core/proto/ws/server_handshake.h"
#include "tests/support/fake_link.h"

namespace wsb::net {

class FakeServerConnection;
class FakeExchange;

class FakeListener final : public Listener, private FakeGuest {
 public:
  struct Config {
    ListenConfig listen;
    std::uint16_t port = 0;
  };
  FakeListener(FakeRuntime& runtime, FakeLoop& loop, Config config, ConnectionHandler& connections,
               HttpHandler& http);
  ~FakeListener() override;

  [[nodiscard]] ListenerStats stats() const override { return stats_; }
  void stop_accepting() override { accepting_ = false; }

  [[nodiscard]] bool accepting() const { return accepting_; }
  [[nodiscard]] FakeLoop& loop() { return loop_; }
  void accept(std::unique_ptr<FakeStream> stream);

  // For the connections.
  [[nodiscard]] const ListenConfig& config() const { return config_.listen; }
  [[nodiscard]] ConnectionHandler& handler() { return handler_; }
  [[nodiscard]] HttpHandler& http() { return http_; }
  [[nodiscard]] ListenerStats& counters() { return stats_; }
  void request_turn_end(FakeServerConnection& connection) { unflushed_.push_back(&connection); }

 private:
  void turn_ended() override;
  void loop_ending() override;

  FakeRuntime& runtime_;
  FakeLoop& loop_;
  Config config_;
  ConnectionHandler& handler_;
  HttpHandler& http_;
  ListenerStats stats_;
  bool accepting_ = true;
  std::vector<std::unique_ptr<FakeServerConnection>> connections_;
  std::vector<FakeServerConnection*> unflushed_;
};

class FakeServerConnection final : public Connection,
                                   private StreamEvents,
                                   private ws::MessageSink {
 public:
  FakeServerConnection(FakeListener& listener, std::unique_ptr<FakeStream> stream);
  ~FakeServerConnection() override;

  [[nodiscard]] ConnectionId id() const override { return id_; }
  [[nodiscard]] const ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] ConnectionStats stats() const override;
  SendStatus send(const BatchRef& batch, std::size_t first, std::size_t last) override;
  SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override;
  void ping(BytesView payload) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override;
  void pause_reading() override;
  void resume_reading() override;

  // For the listener and the exchange.
  void turn_ended();
  void drop();
  [[nodiscard]] bool ended() const { return state_ == State::ended; }
  void respond(const HttpResponse& response);

 private:
  enum class State { request, answering, open, ended };
  struct OwnClose {  // waits for the outbox to drain
    std::uint16_t code;
    std::string reason;
  };

  void on_phase(Phase) override {}
  void on_bytes(BytesView bytes) override;
  void on_writable() override;
  void on_end(const StreamEnd& end) override;
  void on_message(const ws::Message& message) override;
  void on_ping(BytesView) override {}
  void on_pong(BytesView payload) override;
  void on_close(const ws::CloseInfo&) override {}
  void on_error(const ws::ProtocolError& error) override;

  void read_request(BytesView bytes);
  void read_body(BytesView bytes);
  void refuse(const ws::UpgradeRefused& refused);
  void write_answer(Bytes answer);
  void upgrade(const ws::UpgradeAccepted& accepted, BytesView rest);
  void receive(BytesView bytes);
  [[nodiscard]] bool is_open() const;
  [[nodiscard]] const Batch::Wire& wire_of(const Batch& batch) const;
  SendStatus enqueue(const BatchRef& batch, std::size_t first, std::size_t last);
  SendStatus start_segments(const BatchRef& batch, std::size_t first, std::size_t last);
  void count_out(const Batch& batch, std::size_t first, std::size_t last);
  void write_part(BytesView bytes);
  void want_flush();
  void flush();
  void fail_slow_reader();
  void check_age();
  void keep_alive();
  void follow_closing();
  [[nodiscard]] CloseInfo close_info() const;
  void finish(const CloseInfo& close);
  void finish_aborted();
  void set_timer(Duration delay, void (FakeServerConnection::*action)());
  void handshake_timed_out();
  void close_timed_out();

  FakeListener& listener_;
  FakeLoop& loop_;
  std::unique_ptr<FakeStream> stream_;
  ConnectionId id_;
  State state_ = State::request;
  http::RequestParser parser_;
  Bytes answer_rest_;
  std::optional<ws::Endpoint> endpoint_;
  Outbox outbox_;
  BatchBuilder builder_;
  std::optional<OwnClose> own_close_;
  std::uint16_t failed_with_ = 0;   // 1013: we gave up on a slow reader
  std::optional<Error> lost_;
  bool blocked_ = false;
  bool paused_ = false;
  bool feeding_ = false;
  bool aborted_ = false;
  bool flush_requested_ = false;
  bool closing_watched_ = false;
  TimePoint last_heard_{};
  TimerId timer_;
  TimerId age_timer_;
  TimerId ping_timer_;
  TimerId resume_timer_;
  Bytes held_;
  ConnectionInfo info_;
  ConnectionStats stats_;
  std::shared_ptr<FakeExchange> exchange_;
};

}  // namespace wsb::net

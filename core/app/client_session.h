#pragma once

// One client conversation, from connecting to the end: sends what its user submits, tells what
// arrives, decides when it is over (CLI contract: end of input, stop conditions, deadlines). Made,
// called and destroyed on its loop's thread; outlives its connection, which ends with on_ended.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "core/app/client_config.h"
#include "core/app/client_drain.h"
#include "core/app/client_message.h"
#include "core/app/client_report.h"
#include "core/net/runtime.h"
#include "core/session/socketio_connection.h"

namespace wsb::app {

// Whoever uses the conversation; called on the loop's thread, never inside a call to the session
// other than submit and stop.
class ClientListener {
 public:
  virtual ~ClientListener() = default;
  virtual void on_opened(const net::ConnectionInfo& info) = 0;
  // False: read no more until resume_reading().
  [[nodiscard]] virtual bool on_message(const ws::Message& message) = 0;
  // What goes on besides messages, as far as it was asked for.
  virtual void on_note(std::string /*text*/) {}
  // So many payload bytes of what was submitted have left the session's queue.
  virtual void on_taken(std::size_t bytes) = 0;
  // Exactly once, last.
  virtual void on_ended(const ClientReport& report, const net::ConnectionInfo& info) = 0;
};

class ClientSession final : public net::ConnectionHandler, private session::SocketioEvents {
 public:
  ClientSession(net::Runtime& runtime, net::Loop& loop, const ClientConfig& config,
                ClientListener& listener);
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  // Once.
  void start();
  // Queued while connecting; ignored after the end.
  void submit(ClientMessage message);
  // No more will be submitted.
  void end_input();
  // As end_input(), then close behind what was submitted, whatever the end of input would do.
  void quit();
  // Close in order, dropping what was not sent yet; abort if it is not open yet.
  void stop(ClientStop why);
  void resume_reading();

 private:
  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override;
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection& connection, BytesView payload) override;
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;

  // session::SocketioEvents
  void on_joined(std::string_view sid) override;
  void on_event(const socketio::IncomingEvent& event) override;
  void on_ack(const socketio::IncomingAck& ack) override;
  void on_packet(bool sent, bool binary, BytesView data) override;

  void note(std::string text);
  void tell_held_notes();
  void received(const ws::Message& message, bool is_reply);
  void echo(const ws::Message& message);
  void pump();
  void send_queue();
  [[nodiscard]] bool may_send() const;
  [[nodiscard]] net::SendStatus send(const ClientMessage& message);
  [[nodiscard]] net::SendStatus send_socketio(const ClientMessage& message);
  void settle();
  void act(Drain::Action action);
  void step_drain();
  void rearm(net::TimerId& timer, TimePoint when, void (ClientSession::*action)());
  void on_deadline();
  void on_deadline_grace();
  [[nodiscard]] bool count_reached() const;

  net::Runtime* runtime_;
  net::Loop* loop_;
  ClientConfig config_;
  ClientListener* listener_;
  std::optional<session::SocketioConnection> socketio_;  // when that is spoken
  net::Connection* connection_ = nullptr;  // null before start() and after on_close
  std::deque<ClientMessage> queue_;
  socketio::Event event_;  // that is being sent
  Bytes line_;             // that is being told
  std::vector<std::string> held_notes_;  // until it is told how the connection came to be
  std::uint64_t asked_ = 0;  // messages sent that may have a reply
  Drain drain_;
  ClientReport report_;
  TimePoint opened_{};
  Bytes barrier_;  // the payload of the barrier's Ping
  bool input_ended_ = false;
  bool closing_ = false;  // we sent a Close
  bool reading_paused_ = false;
  net::TimerId pump_timer_;
  net::TimerId drain_timer_;
  TimePoint drain_timer_due_{};
  net::TimerId deadline_timer_;
};

}  // namespace wsb::app

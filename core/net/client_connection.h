#pragma once

// The client's side of a WebSocket over a byte stream: the upgrade (RFC 6455 §4.1), then frames by
// ws::Endpoint, the closing handshake (§7), the timeouts around them, and the account of it all in
// ConnectionInfo and CloseInfo. Pure but for its loop's timers. Messages are handed on as views
// into the stream's read buffer; what is sent during a turn leaves in one write at its end. Owned
// by a ClientPool, on its loop's thread.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "core/net/byte_stream.h"
#include "core/net/client_pool.h"
#include "core/net/connection_handler.h"
#include "core/net/connector.h"
#include "core/proto/ws/client_handshake.h"
#include "core/proto/ws/endpoint.h"
#include "core/proto/ws/message_sink.h"

namespace wsb::net {

class ClientConnection final : public Connection,
                               private StreamEvents,
                               private ws::MessageSink,
                               private ws::FrameObserver {
 public:
  ClientConnection(ClientPool& pool, ConnectionId id, const ConnectConfig& config,
                   ConnectionHandler& handler, std::unique_ptr<ByteStream> stream);
  ~ClientConnection() override;

  [[nodiscard]] ConnectionId id() const override { return id_; }
  [[nodiscard]] const ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] ConnectionStats stats() const override;
  // Servers only: a programmer error here.
  SendStatus send(const BatchRef& batch, std::size_t first, std::size_t last) override;
  SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override;
  void ping(BytesView payload) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override;
  void pause_reading() override;
  void resume_reading() override;

  // For the pool.
  void end_of_turn();
  void drop();
  void set_pool_index(std::size_t index) { pool_index_ = index; }
  [[nodiscard]] std::size_t pool_index() const { return pool_index_; }

 private:
  enum class State { connecting, upgrading, open, ended };

  // StreamEvents
  void on_phase(Phase phase) override;
  void on_bytes(BytesView bytes) override;
  void on_writable() override;
  void on_end(const StreamEnd& end) override;
  // ws::MessageSink
  void on_message(const ws::Message& message) override;
  void on_ping(BytesView payload) override;
  void on_pong(BytesView payload) override;
  void on_close(const ws::CloseInfo& info) override;
  void on_error(const ws::ProtocolError& error) override;
  // ws::FrameObserver
  void on_frame(const ws::FrameHeader& header, bool compressed) override;

  [[nodiscard]] bool is_open() const;
  [[nodiscard]] Duration since_start() const;
  void set_timer(Duration delay, void (ClientConnection::*action)());
  void start();
  void begin_upgrade();
  void feed_upgrade(BytesView bytes);
  void note_answer();
  void open(BytesView rest);
  void receive(BytesView bytes);
  void feed_held();
  void want_flush();
  void flush();
  void observe_output();
  void follow_closing();
  void connect_timed_out();
  void close_timed_out();
  [[nodiscard]] bool last_message_is_arriving();
  void stop_waiting_for_eof();
  void finish_aborted();
  void fail(Phase phase, Error error);
  [[nodiscard]] CloseInfo close_info() const;
  void finish(const CloseInfo& close);

  ClientPool& pool_;
  const ConnectionId id_;
  ConnectionHandler& handler_;
  std::unique_ptr<ByteStream> stream_;
  std::size_t pool_index_ = 0;

  State state_ = State::connecting;
  Phase phase_ = Phase::resolve;
  bool blocked_ = false;           // the stream did not take everything
  bool flush_requested_ = false;   // the pool has us in its list
  bool paused_ = false;
  bool resume_scheduled_ = false;
  bool feeding_ = false;           // inside Endpoint::feed
  bool aborting_ = false;
  bool closing_watched_ = false;   // the close timeout runs
  bool awaiting_eof_ = false;      // the closing handshake is over, TCP is not
  TimePoint closing_since_{};      // the close timeout was set for the first time
  std::uint64_t closing_bytes_in_ = 0;  // received when it was last looked at
  std::optional<std::uint64_t> closing_messages_in_;  // when it passed for the first time
  TimerId timer_;                  // of the stage we are in
  TimerId resume_timer_;

  const Duration connect_timeout_;
  const Duration close_timeout_;
  const std::size_t max_send_buffer_;
  net::FrameObserver* const observer_;
  TimePoint started_{};
  std::string destination_;        // for error messages
  std::unique_ptr<ConnectConfig> config_;  // until the upgrade begins
  std::unique_ptr<ws::ClientHandshake> handshake_;
  ws::EndpointOptions endpoint_options_;
  std::optional<ws::Endpoint> endpoint_;
  std::optional<Error> lost_;      // why TCP ended while frames flowed
  Bytes request_rest_;             // of the upgrade request, not yet taken by the stream
  Bytes held_;                     // received while reading was being paused
  std::size_t observed_out_ = 0;   // bytes of the endpoint's output whose frames were reported
  ConnectionInfo info_;
  ConnectionStats stats_;
};

}  // namespace wsb::net

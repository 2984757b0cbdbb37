#pragma once

// A WebSocket connection of the server: libwebsockets' server role underneath, with what it leaves
// undone or does wrong put right (message limits, UTF-8, close codes, RFC 6455 §7). Everything is
// written raw, pre-framed, by one writer at a time: directly while nothing is pending, else from
// the outbox in the writable callback. Owned by its ServerSite, on the loop's thread.

#include <memory>
#include <optional>

#include "core/net/connection.h"
#include "core/net/lws/flush_gate.h"
#include "core/net/lws/message_receiver.h"
#include "core/net/lws/wsi_peer.h"
#include "core/net/outbox.h"
#include "core/proto/ws/close_info.h"

struct lws;

namespace wsb::net {

class ServerSite;

class ServerConnection final : public Connection, public InputSource, public WsiPeer {
 public:
  struct Agreed {
    ConnectionInfo info;
    std::optional<ws::DeflateParams> deflate;
  };

  ServerConnection(ServerSite& site, lws* wsi, ConnectionId id, Agreed agreed);
  ~ServerConnection() override;

  [[nodiscard]] ConnectionId id() const override { return id_; }
  [[nodiscard]] const ConnectionInfo& info() const override { return *info_; }
  [[nodiscard]] ConnectionStats stats() const override;
  SendStatus send(const BatchRef& batch, std::size_t first, std::size_t last) override;
  SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override;
  void ping(BytesView payload) override;
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override;
  void pause_reading() override;
  void resume_reading() override;

  // What libwebsockets tells. The results are its callback's: -1 ends the connection.
  void established();
  [[nodiscard]] int received(BytesView bytes);
  void pong_received(BytesView payload);
  void writable();
  [[nodiscard]] int peer_closes(BytesView payload);
  void ended();
  [[nodiscard]] bool was_open() const { return state_ != State::opening; }

  // From the site's clock.
  void check(TimePoint now);  // of outbox and closing; a connection that is_watched()
  void keep_alive(TimePoint now);
  [[nodiscard]] bool needs_watch() const;
  // on_close now, whatever the network says later: the listener ends.
  void drop();

  [[nodiscard]] bool input_pending() const override;

 private:
  enum class State {
    opening,  // no on_open yet
    open,
    closing,  // our Close frame waits behind what is queued
    closed,   // it was sent, or the connection failed; only the end of TCP is awaited
  };
  enum class Cause { none, local, peer, failed, timeout, aborted };

  [[nodiscard]] bool can_send() const;
  [[nodiscard]] bool idle() const;
  bool write(BytesView bytes);
  SendStatus reply(ws::Opcode opcode, BytesView payload, bool plain);
  bool write_replies();
  SendStatus send_segments(const BatchRef& batch, std::size_t first, std::size_t last, bool plain);
  SendStatus enqueue(const BatchRef& batch, std::size_t first, std::size_t last, bool plain);
  [[nodiscard]] const Batch::Wire& wire_of(const Batch& batch, bool plain) const;
  void count_out(const Batch::Wire& wire, std::size_t first, std::size_t last);
  [[nodiscard]] SendStatus status_after_write() const;
  bool write_ping();
  void drain_outbox();
  void deliver(const ws::Message& message);
  void fail(const ws::ProtocolError& error);
  void fail_slow_reader(std::string_view why);
  void start_close(Cause cause, ws::CloseInfo frame);
  void send_close_frame();
  void end_sending();
  [[nodiscard]] bool was_overwritten(ws::CloseCode code) const;
  void drop_tcp();
  void watch();
  [[nodiscard]] CloseInfo close_info() const;
  void tell_closed();

  ServerSite& site_;
  lws* wsi_;
  Outbox outbox_;
  State state_ = State::opening;
  Cause cause_ = Cause::none;
  bool paused_ = false;
  bool told_ = false;              // on_close was called, or is not due
  bool watched_ = false;           // in the site's list
  bool answering_ = false;         // inside on_message
  std::uint8_t deflate_bits_ = 0;  // 0: not agreed
  std::uint32_t last_write_ = 0;   // bytes; what libwebsockets keeps of it is not known
  ConnectionId id_;
  MessageReceiver receiver_;
  TimePoint heard_{};
  TimePoint deadline_{};  // of the closing
  ConnectionStats stats_;
  std::unique_ptr<ConnectionInfo> info_;
  // What was sent from inside on_message. It waits for the writable callback, before which
  // libwebsockets answers the pings that came in the same read: those were first.
  std::unique_ptr<Bytes> replies_;
  std::unique_ptr<Bytes> ping_;  // waits for a gap
  std::unique_ptr<ws::CloseInfo> own_close_;
  std::unique_ptr<ws::CloseInfo> peer_close_;
  std::unique_ptr<Error> error_;
};

}  // namespace wsb::net

#pragma once

// A WebSocket connection of a server over a byte stream (RFC 6455 §5 to §7). Input goes through our
// decoder; output is written at once while the stream takes it, else it waits: shared batches by
// reference in the outbox, what is for this peer alone in a buffer that goes first. Writes end
// behind a frame, so that a control frame finds a gap. Owned by its ServerPeer, on its loop's
// thread.

#include <cstdint>
#include <memory>
#include <optional>

#include "core/net/access_log.h"
#include "core/net/byte_stream.h"
#include "core/net/connection.h"
#include "core/net/loop.h"
#include "core/net/outbox.h"
#include "core/proto/ws/close_info.h"
#include "core/proto/ws/message_decoder.h"
#include "core/proto/ws/message_sink.h"

namespace wsb::net {

class ServerPeer;
class ServerPool;

class ServerConnection final : public Connection, private ws::MessageSink {
 public:
  struct Agreed {
    ConnectionInfo info;
    std::optional<ws::DeflateParams> deflate;
    std::unique_ptr<AccessNote> note{};  // null: nobody is told
  };

  ServerConnection(ServerPeer& owner, Agreed agreed);
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

  // From the owner. open(): see ServerPeer::upgrade().
  void open(Bytes answer, BytesView rest);
  void receive(BytesView bytes);
  void writable();
  void ended(const StreamEnd& end);
  void check(TimePoint now);
  [[nodiscard]] bool needs_watch() const;
  // on_close now: the listener ends.
  void drop();
  // From the pool's clock.
  void keep_alive(TimePoint now);

 private:
  enum class State : std::uint8_t {
    open,
    closing,  // our Close frame waits behind what is queued
    closed,   // it is on its way; the peer's is awaited, or nothing any more
    over,     // on_close was called
  };
  enum class Cause : std::uint8_t { none, local, peer, failed, timeout, aborted };

  // ws::MessageSink
  void on_message(const ws::Message& message) override;
  void on_ping(BytesView payload) override;
  void on_pong(BytesView payload) override;
  void on_close(const ws::CloseInfo& frame) override;
  void on_error(const ws::ProtocolError& error) override;

  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] std::size_t write(BytesView bytes);
  void feed(BytesView bytes);
  void feed_held();
  SendStatus send_segments(const BatchRef& batch, std::size_t first, std::size_t last, bool plain);
  SendStatus enqueue(Outbox::Entry entry);
  [[nodiscard]] const Batch::Wire& wire_of(const Batch& batch, bool plain) const;
  void count_out(const Batch::Wire& wire, std::size_t first, std::size_t last);
  void append_message(ws::Opcode opcode, BytesView payload, bool plain);
  void append_control(ws::Opcode opcode, BytesView payload);
  void flush();
  [[nodiscard]] bool write_own();
  [[nodiscard]] bool write_entry();
  void update_reading();
  void drop_backlog();
  void fail_slow_reader(std::string_view why);
  void start_close(Cause cause, ws::CloseInfo frame);
  void send_close_frame(const ws::CloseInfo& frame);
  void complete();
  void lose();
  void watch();
  [[nodiscard]] CloseInfo close_info() const;
  void tell_closed();

  ServerPeer& owner_;
  ServerPool& pool_;
  ConnectionId id_;
  State state_ = State::open;
  Cause cause_ = Cause::none;
  bool blocked_ = false;     // the stream did not take everything: writable() follows
  bool feeding_ = false;     // what is sent meanwhile leaves in one write after it
  bool paused_ = false;      // by the handler
  bool choked_ = false;      // by ourselves: the peer does not read our pongs
  bool not_reading_ = false;  // the stream was told to pause
  std::uint8_t deflate_bits_ = 0;  // 0: not agreed
  ws::MessageDecoder decoder_;
  Outbox outbox_;
  std::size_t unit_left_ = 0;  // of a write of the oldest entry, which the stream took in part
  Bytes own_;                  // frames for this peer alone; they go before the outbox
  Bytes held_;                 // received while reading was being paused
  TimerId timer_;              // to go on reading, or to end what was aborted
  TimePoint heard_{};
  TimePoint pinged_{};
  TimePoint deadline_{};  // of the closing
  ConnectionStats stats_;
  std::unique_ptr<ConnectionInfo> info_;
  std::unique_ptr<AccessNote> note_;
  std::unique_ptr<ws::CloseInfo> own_close_;
  std::unique_ptr<ws::CloseInfo> peer_close_;
  std::unique_ptr<Error> error_;
};

}  // namespace wsb::net

#pragma once

// A client that only listens, as a Connection: it asked by HTTP for a stream of Server-Sent Events
// (WHATWG HTML §9.2), and gets as events what others get as messages. What it does not read waits
// in the outbox by reference, under the same limits as for everybody; a comment goes out when there
// is nothing to say for a while. Owned by its ServerPeer, on its loop's thread.

#include <memory>
#include <optional>

#include "core/net/access_log.h"
#include "core/net/byte_stream.h"
#include "core/net/connection.h"
#include "core/net/loop.h"
#include "core/net/outbox.h"

namespace wsb::net {

class ServerPeer;
class ServerPool;

class EventConnection final : public Connection {
 public:
  // When nothing was sent for so long, a comment is: proxies give up on silence.
  static constexpr Duration kHeartbeat = std::chrono::seconds(15);
  // How long a client that lost its connection waits before it comes back, in milliseconds.
  static constexpr std::uint64_t kRetry_ms = 2000;

  struct Agreed {
    ConnectionInfo info;
    bool chunked = true;  // else the end of the connection ends the stream, as in HTTP/1.0
    std::unique_ptr<AccessNote> note{};  // null: nobody is told
  };

  EventConnection(ServerPeer& owner, Agreed agreed);
  ~EventConnection() override;

  [[nodiscard]] ConnectionId id() const override { return id_; }
  [[nodiscard]] const ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] ConnectionStats stats() const override;
  SendStatus send(const BatchRef& batch, std::size_t first, std::size_t last) override;
  SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override;
  // A comment, whatever the payload.
  void ping(BytesView payload) override;
  // Ends the stream behind what is queued; the client is not told why, and comes back.
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override;
  void pause_reading() override {}
  void resume_reading() override {}

  // From the owner. `head`: of the response.
  void open(Bytes head);
  void writable();
  void ended(const StreamEnd& end);
  void check(TimePoint now);
  void drop();

 private:
  enum class State : std::uint8_t {
    open,
    closing,  // what is queued goes out
    cut,      // nothing is written any more
    aborted,  // the same, and at once
    over,     // on_close was called
  };

  void append_own(BytesView text);
  [[nodiscard]] std::size_t write(BytesView bytes);
  SendStatus enqueue(Outbox::Entry entry);
  void flush();
  [[nodiscard]] bool write_entry();
  void count_out(const Batch::Wire& wire, std::size_t first, std::size_t last);
  void fail_slow_reader(std::string_view why);
  void note_end(CloseInfo::By by);
  void end_soon();
  void end();
  void tell_closed();

  ServerPeer& owner_;
  ServerPool& pool_;
  const bool chunked_;
  ConnectionInfo info_;
  ConnectionId id_;
  State state_ = State::open;
  bool blocked_ = false;  // the stream did not take everything: writable() follows
  bool opening_ = false;  // head and first events leave in one write
  Outbox outbox_;
  Bytes own_;  // goes before the outbox; nothing is added to it while an event is under way
  TimerId timer_;      // to end: nothing does inside the call of its user
  TimePoint wrote_{};  // last
  TimePoint deadline_{};  // of the closing
  ConnectionStats stats_;
  std::unique_ptr<AccessNote> note_;
  std::size_t head_bytes_ = 0;
  std::optional<CloseInfo> close_;  // why, once it is known
};

}  // namespace wsb::net

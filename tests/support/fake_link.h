#pragma once

// A TCP connection of the fake network: two directions with latency, a bandwidth, and a bounded
// buffer each, so that a slow reader pushes back on the writer; and the faults that tests put on
// it. Everything happens as timers of the loops at its two ends.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "core/net/byte_stream.h"
#include "tests/support/fake_loop.h"

namespace wsb::net {

class FakeRuntime;
class FakeLink;

struct LinkOptions {
  Duration latency = std::chrono::microseconds(50);  // one way
  std::uint64_t bytes_per_second = 0;                // each way; 0: no limit
  std::size_t buffer_bytes = std::size_t{256} << 10U;  // sent and not yet read, each way
  std::size_t read_bytes = std::size_t{64} << 10U;     // the most that one read delivers
};

// One end, as the layer above it sees it.
class FakeStream final : public ByteStream {
 public:
  // A client's end, which connects when it is started.
  FakeStream(FakeRuntime& runtime, FakeLoop& loop, const http::Url& url);
  // A server's end, connected.
  FakeStream(FakeRuntime& runtime, FakeLoop& loop, std::shared_ptr<FakeLink> link);
  ~FakeStream() override;

  void start(StreamEvents& events) override;
  [[nodiscard]] std::size_t write(BytesView bytes) override;
  void pause_reading() override;
  void resume_reading() override;
  void end_writing() override;
  void close() override;
  void abort() override;
  [[nodiscard]] bool leave() override;
  void settle(Loop& loop, StreamEvents& events) override;
  void describe(ConnectionInfo& info) const override;

  [[nodiscard]] FakeLink* link() { return link_.get(); }
  [[nodiscard]] std::string remote() const;

 private:
  friend class FakeLink;
  friend class FakeRuntime;

  void resolved();
  void connect();
  void connected(std::shared_ptr<FakeLink> link);
  void end(Phase phase, std::optional<Error> error);
  void let_go();

  FakeRuntime& runtime_;
  FakeLoop* loop_;
  http::Url url_;
  StreamEvents* events_ = nullptr;  // null: not started, or closed
  std::shared_ptr<FakeLink> link_;
  std::size_t side_ = 0;
  bool paused_ = false;
  TimerId timer_;  // while connecting
};

class FakeLink : public std::enable_shared_from_this<FakeLink> {
 public:
  FakeLink(FakeRuntime& runtime, const LinkOptions& options, std::uint16_t client_port,
           std::uint16_t server_port);

  // Faults. TCP breaks, for both ends, and what was on its way is lost.
  void drop();
  // Nothing arrives any more at either end, until resume().
  void stall();
  void resume();
  // 0: no limit. For what is sent from now on.
  void set_bytes_per_second(std::uint64_t rate) { options_.bytes_per_second = rate; }
  void set_read_bytes(std::size_t size) { options_.read_bytes = size; }

  // Sent by the given side (0 the client, 1 the server) and not yet read by the other.
  [[nodiscard]] std::size_t bytes_on_the_way(std::size_t side) const {
    return pipes_[side].bytes;
  }

 private:
  friend class FakeStream;
  friend class FakeRuntime;

  struct Chunk {
    TimePoint arrival;
    Bytes bytes;
  };
  struct Pipe {  // what one side has sent
    std::deque<Chunk> chunks;
    std::size_t bytes = 0;
    TimePoint free_at{};          // when the wire has taken the last chunk
    bool delivery_scheduled = false;
    bool writer_waits = false;
    bool finished = false;        // the writer closed, behind its chunks
  };

  [[nodiscard]] std::size_t write(std::size_t side, BytesView bytes);
  void finish(std::size_t side);
  void reset(std::size_t side, int error_number);
  void schedule_delivery(std::size_t side);
  void deliver(std::size_t side);
  [[nodiscard]] Bytes take_arrived(std::size_t side);
  void wake_writer(std::size_t side);
  void end_at(std::size_t side, TimePoint when, std::optional<Error> error);

  FakeRuntime& runtime_;
  LinkOptions options_;
  std::array<std::string, 2> addresses_;
  std::array<FakeStream*, 2> ends_{};  // null: let go
  std::array<FakeLoop*, 2> loops_{};
  std::array<Pipe, 2> pipes_;
  bool stalled_ = false;
  bool broken_ = false;
};

}  // namespace wsb::net

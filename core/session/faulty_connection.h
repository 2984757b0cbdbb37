#pragma once

// A connection on which messages go wrong on purpose, as a FaultPlan says: stands before the real
// one and takes shared batches apart. What is delayed waits here, bounded, and is sent at once when
// the connection is closed in order. Owned by whoever opened it, on its loop's thread; destroyed
// neither within a call of it nor within a send() of the connection below.

#include <deque>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/units.h"
#include "core/net/batch.h"
#include "core/net/connection.h"
#include "core/net/loop.h"
#include "core/session/fault_plan.h"

namespace wsb::session {

class FaultyConnection final : public net::Connection {
 public:
  // A message that is held back to come behind the next one waits for it no longer than this; then
  // it is sent in its place.
  static constexpr Duration kHoldTime = std::chrono::seconds(1);

  // At most `limit` waits here, or one message. All outlive it, `below` until end().
  FaultyConnection(net::Connection& below, net::Loop& loop, FaultInjector injector, ByteSize limit,
                   FaultCounts& counts);
  ~FaultyConnection() override;

  // The connection below has ended: what waits is for nobody, and nothing is to be called any more.
  void end();

  [[nodiscard]] net::ConnectionId id() const override { return below_.id(); }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return below_.info(); }
  [[nodiscard]] net::ConnectionStats stats() const override;
  net::SendStatus send(const net::BatchRef& batch, std::size_t first, std::size_t last) override;
  net::SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override;
  void ping(BytesView payload) override { below_.ping(payload); }
  void close(std::uint16_t code, std::string_view reason) override;
  void abort() override { below_.abort(); }
  void pause_reading() override { below_.pause_reading(); }
  void resume_reading() override { below_.resume_reading(); }

 private:
  struct Message {
    net::BatchRef batch;    // of which it is the `index`th; nullptr: it is `payload`
    std::size_t index = 0;
    ws::Opcode opcode = ws::Opcode::text;
    Bytes payload;
    bool compress = true;
    std::size_t size = 0;
    FaultDecision fate;
  };

  [[nodiscard]] net::SendStatus take(Message message);
  void pump();
  void wait();
  void apply(Message message);
  void deliver(const Message& message);
  void release_held();
  void flush();

  net::Connection& below_;
  net::Loop& loop_;
  FaultInjector injector_;
  const std::size_t limit_;
  FaultCounts& counts_;
  std::deque<Message> waiting_;  // by time
  std::optional<Message> held_;
  TimePoint held_until_{};
  std::size_t bytes_ = 0;  // of all that waits
  std::uint64_t lost_ = 0;
  bool slow_ = false;    // the connection below did not take the last one at once
  bool ending_ = false;  // nothing more is sent
  net::TimerId timer_{};
  TimePoint wakes_at_{};  // while there is a timer
  Bytes scratch_;
};

}  // namespace wsb::session

// What a message costs on its way out: framed once and offered to 10,000 receivers whose
// connections take everything and do nothing; and the queue of a slow one.

#include <benchmark/benchmark.h>

#include <deque>

#include "core/hub/audience.h"
#include "core/net/connection_ids.h"
#include "core/net/outbox.h"

namespace {

using namespace wsb;
using namespace wsb::net;

constexpr std::size_t kReceivers = 10'000;

class NullConnection final : public Connection {
 public:
  explicit NullConnection(ConnectionId id) : id_(id) {}
  [[nodiscard]] ConnectionId id() const override { return id_; }
  [[nodiscard]] const ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] ConnectionStats stats() const override { return {}; }
  SendStatus send(const BatchRef&, std::size_t, std::size_t) override { return SendStatus::sent; }
  SendStatus send(ws::Opcode, BytesView, bool) override { return SendStatus::sent; }
  void ping(BytesView) override {}
  void close(std::uint16_t, std::string_view) override {}
  void abort() override {}
  void pause_reading() override {}
  void resume_reading() override {}

 private:
  ConnectionId id_;
  ConnectionInfo info_;
};

void fan_out(benchmark::State& state) {
  hub::Audience audience;
  hub::Counters counters;
  ConnectionIds ids;
  std::deque<NullConnection> connections;
  for (std::size_t i = 0; i < kReceivers; ++i) {
    audience.join(connections.emplace_back(ids.take()));
  }
  const Bytes payload(static_cast<std::size_t>(state.range(0)), 'p');
  for ([[maybe_unused]] auto turn : state) {
    audience.append({}, {ws::Opcode::text, payload});
    audience.seal();
    audience.deliver_sealed(counters);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(counters.deliveries));
}

void outbox(benchmark::State& state) {
  OutboxLimits limits;
  limits.policy = SlowReaderPolicy::drop_oldest;
  limits.max_bytes = ByteSize{static_cast<std::uint64_t>(state.range(0)) * 100};
  Outbox box(limits);
  BatchBuilder builder;
  builder.append({}, ws::Opcode::text, Bytes(90, 'p'));
  const BatchRef batch = builder.freeze();
  const std::size_t size = batch->plain().bytes.size();
  for ([[maybe_unused]] auto turn : state) {
    benchmark::DoNotOptimize(
        box.push({.batch = batch, .last_segment = 1, .bytes = size, .messages = 1}, TimePoint()));
  }
  state.SetItemsProcessed(state.iterations());
}

}  // namespace

BENCHMARK(fan_out)->Arg(64)->Arg(1024);
BENCHMARK(outbox)->Arg(1)->Arg(1000);

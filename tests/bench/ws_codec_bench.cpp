// What a frame costs: decoded as a client and as a server, encoded, masked, deflated, inflated.
// Frames are read from 64 KiB of a stream at a time, as a socket would give them.

#include <benchmark/benchmark.h>

#include "core/base/random.h"
#include "core/proto/ws/deflater.h"
#include "core/proto/ws/endpoint.h"
#include "core/proto/ws/inflater.h"

namespace {

using namespace wsb;
using namespace wsb::ws;

constexpr std::size_t kStreamBytes = std::size_t{1} << 20U;
constexpr std::size_t kReadBytes = std::size_t{64} << 10U;

class Counter final : public MessageSink {
 public:
  void on_message(const Message& message) override {
    ++messages;
    bytes += message.payload.size();
  }
  void on_ping(BytesView) override {}
  void on_pong(BytesView) override {}
  void on_close(const CloseInfo&) override {}
  void on_error(const ProtocolError&) override { failed = true; }

  std::size_t messages = 0;
  std::size_t bytes = 0;
  bool failed = false;
};

FrameEncoder encoder_of(Role sender, RandomSource& random) {
  return sender == Role::server ? FrameEncoder::for_server() : FrameEncoder::for_client(random);
}

void decode(benchmark::State& state, Role role, Opcode opcode) {
  SystemRandom random;
  FrameEncoder encoder = encoder_of(role == Role::client ? Role::server : Role::client, random);
  const Bytes payload(static_cast<std::size_t>(state.range(0)), 'x');
  Bytes stream;
  while (stream.size() < kStreamBytes) encoder.append_message(stream, opcode, payload);
  EndpointOptions options;
  options.role = role;
  Endpoint endpoint(options, &random);
  Counter counter;
  for (auto _ : state) {
    for (BytesView rest = stream; !rest.empty();) {
      const BytesView part = rest.substr(0, kReadBytes);
      endpoint.feed(part, counter);
      rest.remove_prefix(part.size());
    }
  }
  if (counter.failed) state.SkipWithError("the stream was refused");
  state.SetItemsProcessed(static_cast<std::int64_t>(counter.messages));
  state.SetBytesProcessed(static_cast<std::int64_t>(counter.bytes));
}

void encode(benchmark::State& state, Role role) {
  SystemRandom random;
  FrameEncoder encoder = encoder_of(role, random);
  const Bytes payload(static_cast<std::size_t>(state.range(0)), 'x');
  Bytes out;
  for (auto _ : state) {
    if (out.size() > kStreamBytes) out.clear();
    encoder.append_message(out, Opcode::text, payload);
  }
  state.SetItemsProcessed(state.iterations());
}

void mask(benchmark::State& state) {
  Bytes bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    apply_mask(bytes.data(), bytes.size(), {1, 2, 3, 4}, 1);
    benchmark::DoNotOptimize(bytes.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

Bytes json_of(std::size_t size) {
  Bytes message;
  while (message.size() < size) {
    message += R"({"type":"broadcast","payload":)" + std::to_string(message.size() * 7919) + "}";
  }
  return message;
}

void deflate_fresh(benchmark::State& state) {
  Deflater deflater({15, true});
  const Bytes message = json_of(static_cast<std::size_t>(state.range(0)));
  Bytes out;
  for (auto _ : state) {
    out.clear();
    deflater.compress(message, out);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}

void inflate_fresh(benchmark::State& state) {
  const Bytes message = json_of(static_cast<std::size_t>(state.range(0)));
  Bytes packed;
  Deflater({15, true}).compress(message, packed);
  Inflater inflater({15, true});
  bool good = true;
  for (auto _ : state) {
    MessageBuffer out;
    good = good && inflater.feed(packed, out, message.size()) == Inflater::Status::ok &&
           inflater.finish(out, message.size()) == Inflater::Status::ok;
  }
  if (!good) state.SkipWithError("the message was refused");
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}

BENCHMARK_CAPTURE(decode, client_text, Role::client, Opcode::text)->Arg(64)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(decode, client_binary, Role::client, Opcode::binary)->Arg(64)->Arg(1024);
BENCHMARK_CAPTURE(decode, server_text, Role::server, Opcode::text)->Arg(64)->Arg(1024)->Arg(16384);
BENCHMARK_CAPTURE(encode, server, Role::server)->Arg(64)->Arg(1024);
BENCHMARK_CAPTURE(encode, client, Role::client)->Arg(64)->Arg(1024);
BENCHMARK(mask)->Arg(64)->Arg(1024)->Arg(65536);
BENCHMARK(deflate_fresh)->Arg(64)->Arg(1024)->Arg(16384);
BENCHMARK(inflate_fresh)->Arg(64)->Arg(1024)->Arg(16384);

}  // namespace

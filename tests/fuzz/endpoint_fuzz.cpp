// Two endpoints that talk to each other as the input says.
// Holds: what one sends the other receives, unchanged and in order, whatever was agreed on and
// however the bytes are split; and what an endpoint answers to arbitrary bytes is itself good.

#include <deque>

#include "core/base/check.h"
#include "core/proto/ws/endpoint.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/proto/ws/fixed_random.h"
#include "tests/unit/proto/ws/recorder.h"

namespace {

using namespace wsb;
using namespace wsb::ws;

class Expecting final : public MessageSink {
 public:
  void on_message(const Message& message) override {
    WSB_CHECK(!expected.empty() && message.payload == expected.front());
    WSB_CHECK(message.opcode == Opcode::binary);
    expected.pop_front();
  }
  void on_ping(BytesView) override { ++pings; }
  void on_pong(BytesView) override { ++pongs; }
  void on_close(const CloseInfo&) override { closed = true; }
  void on_error(const ProtocolError&) override { WSB_CHECK(false); }

  std::deque<Bytes> expected;
  int pings = 0;
  int pongs = 0;
  bool closed = false;
};

EndpointOptions options_for(Role role, unsigned choices) {
  EndpointOptions options;
  options.role = role;
  options.compress_level = static_cast<int>(choices % 10);
  if ((choices & 1U) != 0) {
    const int server_bits = 9 + static_cast<int>(choices >> 1U) % 7;
    const int client_bits = 8 + static_cast<int>(choices >> 3U) % 8;
    options.deflate =
        DeflateParams{(choices & 32U) != 0, (choices & 64U) != 0, server_bits, client_bits};
  }
  return options;
}

struct Side {
  Side(Role role, unsigned choices) : endpoint(options_for(role, choices), &random) {}
  test::FixedRandom random;
  Endpoint endpoint;
  Expecting sink;
};

void carry(Side& from, Side& to, unsigned seed) {
  const Bytes bytes = from.endpoint.take_output();
  fuzz::in_pieces(bytes, seed, [&](BytesView piece) {
    WSB_CHECK(to.endpoint.feed(piece, to.sink) == piece.size());
  });
}

void converse(fuzz::FuzzInput input, unsigned choices, unsigned seed) {
  Side client(Role::client, choices);
  Side server(Role::server, choices);
  int pings = 0;
  while (!input.empty()) {
    const unsigned action = input.take_byte();
    Side& from = (action & 1U) != 0 ? client : server;
    Side& to = (action & 1U) != 0 ? server : client;
    const Bytes payload(input.take(input.take_byte()));
    if ((action & 6U) == 6U) {
      pings += from.endpoint.send_ping(payload) ? 1 : 0;
      continue;
    }
    const std::size_t repeats = 1 + (action >> 5U) * 40;
    Bytes message;
    for (std::size_t i = 0; i < repeats; ++i) message += payload;
    const SendOptions send{(action & 2U) != 0 ? 0 : 1 + (action >> 4U) * 9, (action & 8U) != 0};
    WSB_CHECK(from.endpoint.send_binary(message, send));
    to.sink.expected.push_back(message);
    if ((action & 16U) != 0) carry(from, to, seed);
  }
  for (int i = 0; i < 2; ++i) {
    carry(client, server, seed);
    carry(server, client, seed + 1);
  }
  WSB_CHECK(client.sink.expected.empty() && server.sink.expected.empty());
  WSB_CHECK(client.sink.pings + server.sink.pings == pings);
  WSB_CHECK(client.sink.pongs + server.sink.pongs == pings);
  client.endpoint.close(CloseCode::going_away, "end");
  carry(client, server, seed);
  carry(server, client, seed);
  WSB_CHECK(client.sink.closed && server.sink.closed && client.endpoint.closing().clean());
}

void answer_noise(BytesView noise, unsigned choices) {
  test::FixedRandom random;
  Endpoint endpoint(options_for(Role::server, choices), &random);
  test::Recorder recorder;
  endpoint.feed(noise, recorder);
  Side peer(Role::client, 0);
  const Bytes answers = endpoint.take_output();
  peer.endpoint.feed(answers, peer.sink);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const unsigned choices = input.take_byte();
  const unsigned seed = input.take_byte();
  if ((choices & 128U) != 0) {
    answer_noise(input.rest(), choices);
  } else {
    converse(input, choices, seed);
  }
  return 0;
}

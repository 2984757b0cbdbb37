// A server's answer to the upgrade request.
// Holds: no split of the input changes the outcome; only an answer that proves our key is accepted;
// what is kept of a refusal is bounded.

#include <tuple>

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/proto/ws/client_handshake.h"
#include "core/proto/ws/handshake_key.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/proto/ws/fixed_random.h"

namespace {

using namespace wsb;
using namespace wsb::ws;

ClientHandshakeOptions offers(unsigned choices) {
  ClientHandshakeOptions options;
  options.host = "localhost";
  if ((choices & 1U) != 0) options.subprotocols = {"chat", "superchat"};
  if ((choices & 2U) != 0) {
    options.deflate_offers = parse_deflate_offers({"permessage-deflate; client_max_window_bits"});
  }
  if ((choices & 4U) != 0) {
    options.headers = {{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  }
  return options;
}

using Outcome = std::tuple<ClientHandshake::State, std::size_t, std::string, std::string, bool>;

void judge(const ClientHandshake& handshake) {
  WSB_CHECK(handshake.body().size() <= limits::kRefusalBodyBytes);
  WSB_CHECK(handshake.response_text().size() <= limits::kHandshakeHeadBytes);
  if (handshake.state() == ClientHandshake::State::failed) {
    WSB_CHECK(!handshake.error().message.empty());
  }
  if (handshake.state() != ClientHandshake::State::accepted) return;
  const auto accept = handshake.response().headers.find("Sec-WebSocket-Accept");
  WSB_CHECK(handshake.response().status == 101 && accept);
  WSB_CHECK(handshake.response().headers.contains_token("Connection", "upgrade"));
  WSB_CHECK(accept == accept_for_key(*handshake.request_headers().find("Sec-WebSocket-Key")));
}

template <class Split>
Outcome run(const ClientHandshakeOptions& options, Split split) {
  test::FixedRandom random;
  ClientHandshake handshake(options, random);
  std::size_t taken = 0;
  bool over = false;
  split([&](BytesView piece) {
    if (over) return;
    const std::size_t part = handshake.feed(piece);
    WSB_CHECK(part <= piece.size());
    taken += part;
    using State = ClientHandshake::State;
    over = handshake.state() == State::accepted || handshake.state() == State::failed;
    WSB_CHECK(over || part == piece.size());
  });
  handshake.end_of_stream();
  judge(handshake);
  // How much of a bad answer was read before its fault says nothing.
  if (handshake.state() != ClientHandshake::State::accepted) taken = 0;
  return {handshake.state(), taken, handshake.error().message, handshake.body(),
          handshake.body_truncated()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const unsigned choices = input.take_byte();
  const unsigned seed = input.take_byte();
  const ClientHandshakeOptions options = offers(choices);
  const BytesView bytes = input.rest();
  const Outcome at_once = run(options, [&](auto feed) { feed(bytes); });
  WSB_CHECK(run(options, [&](auto feed) { fuzz::byte_by_byte(bytes, feed); }) == at_once);
  WSB_CHECK(run(options, [&](auto feed) { fuzz::in_pieces(bytes, seed, feed); }) == at_once);
  return 0;
}

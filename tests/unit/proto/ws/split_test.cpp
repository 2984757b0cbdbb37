// Feeding byte by byte, or in any other pieces, gives the same events as feeding at once.

#include <catch2/catch.hpp>

#include <functional>
#include <random>

#include "core/proto/ws/deflater.h"
#include "core/proto/ws/frame_encoder.h"
#include "core/proto/ws/message_decoder.h"
#include "tests/unit/proto/ws/hex.h"
#include "tests/unit/proto/ws/recorder.h"

using namespace wsb;
using namespace wsb::ws;
using test::Events;
using test::Recorder;

namespace {

class Dice final : public RandomSource {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  void fill(void* out, std::size_t size) override {
    auto* to = static_cast<unsigned char*>(out);
    for (std::size_t i = 0; i < size; ++i) to[i] = static_cast<unsigned char>(engine_());
  }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); }

 private:
  std::mt19937 engine_;
};

constexpr std::uint64_t kMaxMessage = 3000;

// A conversation of one side: good messages of all kinds, and often a fault or a Close at the end.
Bytes transcript(Role sender, Dice& random) {
  FrameEncoder encoder =
      sender == Role::client ? FrameEncoder::for_client(random) : FrameEncoder::for_server();
  Deflater deflater{{}};
  Bytes out;
  const std::uint32_t count = 1 + random.below(8);
  for (std::uint32_t i = 0; i < count; ++i) {
    Bytes text;
    const std::uint32_t characters = random.below(4) == 0 ? random.below(900) : random.below(40);
    for (std::uint32_t k = 0; k < characters; ++k) {
      text += random.below(5) == 0 ? "\xE2\x82\xAC" : Bytes(1, static_cast<char>('a' + k % 9));
    }
    MessageFraming framing{random.below(2) == 0 ? 0 : 1 + random.below(50), random.below(2) == 0};
    if (framing.compressed) {
      Bytes payload;
      deflater.compress(text, payload);
      text = payload;
    }
    encoder.append_message(out, random.below(2) == 0 ? Opcode::text : Opcode::binary, text,
                           framing);
    if (random.below(3) == 0) encoder.append_ping(out, Bytes(random.below(126), 'p'));
    if (random.below(5) == 0) encoder.append_pong(out, Bytes(random.below(126), 'q'));
  }
  if (random.below(3) == 0) encoder.append_close(out, {CloseCode::going_away, "bye"});
  return out;
}

// Damages some transcripts: most bytes decide something.
void damage(Bytes& bytes, Dice& random) {
  const std::uint32_t hits = random.below(3);
  for (std::uint32_t i = 0; i < hits && !bytes.empty(); ++i) {
    const std::size_t at = random.below(static_cast<std::uint32_t>(bytes.size()));
    bytes[at] = static_cast<char>(random.below(256));
  }
}

Events decode(Role role, BytesView bytes, const std::function<std::size_t()>& next_piece) {
  MessageDecoder decoder({role, kMaxMessage, DeflateParams{}});
  Recorder recorder;
  while (!bytes.empty()) {
    const BytesView piece = bytes.substr(0, next_piece());
    CHECK(decoder.feed(piece, recorder) == piece.size());
    bytes.remove_prefix(piece.size());
  }
  return recorder.events;
}

}  // namespace

TEST_CASE("feeding byte by byte and in random pieces equals feeding at once") {
  std::size_t events = 0;
  std::size_t errors = 0;
  for (std::uint32_t seed = 1; seed <= 600; ++seed) {
    Dice random(seed);
    const Role role = seed % 2 == 0 ? Role::server : Role::client;
    Bytes bytes = transcript(role == Role::server ? Role::client : Role::server, random);
    damage(bytes, random);
    const Events at_once = decode(role, bytes, [&] { return bytes.size(); });
    const Events by_byte = decode(role, bytes, [] { return std::size_t{1}; });
    const Events by_piece = decode(role, bytes, [&] { return std::size_t{1} + random.below(60); });
    INFO("seed " << seed);
    REQUIRE(by_byte == at_once);
    REQUIRE(by_piece == at_once);
    events += at_once.size();
    if (!at_once.empty() && at_once.back().substr(0, 5) == "error") ++errors;
  }
  // The transcripts are worth something: many events, many faults, many without.
  CHECK(events > 2000);
  CHECK(errors > 150);
  CHECK(errors < 450);
}

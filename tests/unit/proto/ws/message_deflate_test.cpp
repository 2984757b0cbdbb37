// Compressed messages through the decoder (RFC 7692 §6.2 and §7.2.2).

#include <catch2/catch.hpp>

#include "core/proto/ws/deflater.h"
#include "core/proto/ws/message_decoder.h"
#include "tests/unit/proto/ws/hex.h"
#include "tests/unit/proto/ws/recorder.h"

using namespace wsb;
using namespace wsb::ws;
using test::Events;
using test::frame;
using test::hex;
using test::Recorder;

namespace {

Events decode(BytesView bytes, Role role = Role::client, std::uint64_t max_message = 1 << 20,
              DeflateParams params = {}) {
  MessageDecoder decoder({role, max_message, params});
  Recorder recorder;
  decoder.feed(bytes, recorder);
  return recorder.events;
}

Bytes deflated(BytesView text) {
  Deflater deflater({15, true});
  Bytes out;
  deflater.compress(text, out);
  return out;
}

}  // namespace

TEST_CASE("RFC 7692 7.2.3: the examples as frames") {
  CHECK(decode(hex("c1 07 f248cdc9c90700")) == Events{"text, compressed: 'Hello'"});
  CHECK(decode(hex("41 03 f248cd 80 04 c9c90700")) ==
        Events{"text, compressed, 2 frames: 'Hello'"});
  CHECK(decode(hex("c1 07 f248cdc9c90700 c1 05 f200110000")) ==
        Events{"text, compressed: 'Hello'", "text, compressed: 'Hello'"});
  CHECK(decode(hex("c1 0b 000500faff48656c6c6f00")) == Events{"text, compressed: 'Hello'"});
  CHECK(decode(hex("c1 08 f348cdc9c9070000")) == Events{"text, compressed: 'Hello'"});
  CHECK(decode(hex("c1 01 00")) == Events{"text, compressed: ''"});
}

TEST_CASE("RFC 7692 6: compressed and plain messages may alternate") {
  CHECK(decode(hex("c1 07 f248cdc9c90700") + frame(0x81, "plain") + hex("c1 05 f200110000") +
               frame(0x82, "")) == Events{"text, compressed: 'Hello'", "text: 'plain'",
                                          "text, compressed: 'Hello'", "binary: ''"});
}

TEST_CASE("RFC 7692 6.1: control frames between the fragments of a compressed message") {
  CHECK(decode(hex("41 03 f248cd 89 01 70 00 00 80 04 c9c90700")) ==
        Events{"ping: 'p'", "text, compressed, 3 frames: 'Hello'"});
  CHECK(decode(hex("41 00 80 07 f248cdc9c90700")) == Events{"text, compressed, 2 frames: 'Hello'"});
}

TEST_CASE("RFC 7692 7.2.2: a masked compressed message, larger than one step of unmasking") {
  Bytes text;
  for (int i = 0; i < 30000; ++i) text += std::to_string(i * 7919 % 10007);
  const Bytes payload = deflated(text);
  REQUIRE(payload.size() > 3 * 4096);
  CHECK(decode(frame(Role::client, 0xC2, payload), Role::server) ==
        Events{"binary, compressed: " + test::show(text)});
}

TEST_CASE("without an agreement RSV1 fails with 1002") {
  MessageDecoder decoder({Role::client, 1000, std::nullopt});
  Recorder recorder;
  decoder.feed(hex("c1 07 f248cdc9c90700"), recorder);
  CHECK(recorder.events == Events{"error: 1002 reserved bit is set"});
}

TEST_CASE("without takeover a message cannot refer to the one before") {
  DeflateParams params;
  params.server_no_context_takeover = true;
  CHECK(decode(hex("c1 07 f248cdc9c90700 c1 05 f200110000"), Role::client, 1000, params) ==
        Events{"text, compressed: 'Hello'", "error: 1007 compressed data is damaged"});
}

TEST_CASE("damaged compressed data fails with 1007") {
  const Events damaged = {"error: 1007 compressed data is damaged"};
  CHECK(decode(hex("c2 03 ffffff")) == damaged);
  CHECK(decode(hex("c2 03 f248cd")) == damaged);
  CHECK(decode(hex("c2 00")) == damaged);
}

TEST_CASE("damaged data fails before the rest of its frame comes") {
  CHECK(decode(hex("c2 7f 0000000000010000 ff")) ==
        Events{"error: 1007 compressed data is damaged"});
}

TEST_CASE("the limit is on the inflated size") {
  const Events too_large = {"error: 1009 message larger than 1000B"};
  const Bytes zeroes = deflated(Bytes(1000, '\0'));
  CHECK(decode(frame(0xC2, zeroes), Role::client, 1000) ==
        Events{"binary, compressed: " + test::show(Bytes(1000, '\0'))});
  CHECK(decode(frame(0xC2, deflated(Bytes(1001, '\0'))), Role::client, 1000) == too_large);
  const Bytes bomb = deflated(Bytes(10 << 20, '\0'));
  CHECK(decode(frame(0xC2, bomb.substr(0, 5000)), Role::client, 1000) == too_large);
  CHECK(decode(frame(Role::client, 0xC2, bomb.substr(0, 5000)), Role::server, 1000) == too_large);
}

TEST_CASE("RFC 6455 8.1: inflated text is validated, also as it arrives") {
  const Bytes bad = deflated("good beginning \xFF bad");
  CHECK(decode(frame(0xC1, bad)) == Events{"error: 1007 text is not UTF-8"});
  CHECK(decode(frame(0xC2, bad)).front().substr(0, 18) == "binary, compressed");
  CHECK(decode(frame(0xC1, deflated("cut \xE2\x82"))) ==
        Events{"error: 1007 text ends inside a character"});
  // A first fragment that holds enough to see it.
  const Bytes stored = hex("00 06 00 f9 ff 61 62 ff 64 65 66");
  CHECK(decode(hex("41 08") + stored.substr(0, 8)) == Events{"error: 1007 text is not UTF-8"});
}

#include "core/proto/ws/frame_encoder.h"

#include <catch2/catch.hpp>

#include "tests/unit/proto/ws/fixed_random.h"
#include "tests/unit/proto/ws/hex.h"

using namespace wsb;
using namespace wsb::ws;
using test::hex;

namespace {

Bytes message(FrameEncoder encoder, Opcode opcode, BytesView payload, MessageFraming framing = {}) {
  Bytes out;
  encoder.append_message(out, opcode, payload, framing);
  return out;
}

}  // namespace

TEST_CASE("RFC 6455 5.7: the examples, as they are sent") {
  test::FixedRandom random;
  FrameEncoder server = FrameEncoder::for_server();
  FrameEncoder client = FrameEncoder::for_client(random);
  CHECK(message(server, Opcode::text, "Hello") == hex("81 05 48 65 6c 6c 6f"));
  CHECK(message(client, Opcode::text, "Hello") == hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
  CHECK(message(server, Opcode::text, "Hello", {3, false}) == hex("01 03 48 65 6c 80 02 6c 6f"));
  Bytes ping;
  server.append_ping(ping, "Hello");
  CHECK(ping == hex("89 05 48 65 6c 6c 6f"));
  Bytes pong;
  client.append_pong(pong, "Hello");
  CHECK(pong == hex("8a 85 37 fa 21 3d 7f 9f 4d 51 58"));
  CHECK(message(server, Opcode::binary, Bytes(256, 'x')) == hex("82 7e 0100") + Bytes(256, 'x'));
  CHECK(message(server, Opcode::binary, Bytes(65536, 'x')) ==
        hex("82 7f 0000000000010000") + Bytes(65536, 'x'));
}

TEST_CASE("RFC 7692 7.2.3.1: RSV1 marks the first frame of a compressed message only") {
  FrameEncoder server = FrameEncoder::for_server();
  const Bytes deflated = hex("f248cdc9c90700");
  CHECK(message(server, Opcode::text, deflated, {0, true}) == hex("c1 07 f248cdc9c90700"));
  CHECK(message(server, Opcode::text, deflated, {3, true}) ==
        hex("41 03 f248cd 00 03 c9c907 80 01 00"));
}

TEST_CASE("RFC 6455 5.4: fragments are as large as was asked, the last one may be smaller") {
  FrameEncoder server = FrameEncoder::for_server();
  CHECK(message(server, Opcode::text, "", {2, false}) == hex("81 00"));
  CHECK(message(server, Opcode::text, "ab", {2, false}) == hex("81 02 6162"));
  CHECK(message(server, Opcode::text, "abcd", {2, false}) == hex("01 02 6162 80 02 6364"));
  CHECK(message(server, Opcode::text, "abcd", {100, false}) == hex("81 04 61626364"));
}

TEST_CASE("a close frame carries code and reason, or nothing") {
  FrameEncoder server = FrameEncoder::for_server();
  Bytes out;
  server.append_close(out, {CloseCode::no_status, ""});
  server.append_close(out, {CloseCode::going_away, "bye"});
  CHECK(out == hex("88 00 88 05 03e9 627965"));
}

TEST_CASE("frames are appended, and a buffer with room does not move") {
  FrameEncoder server = FrameEncoder::for_server();
  Bytes out = "before";
  out.reserve(4096);
  const char* const place = out.data();
  for (int i = 0; i < 20; ++i) server.append_message(out, Opcode::binary, Bytes(150, 'x'));
  CHECK(out.substr(0, 6) == "before");
  CHECK(out.size() == 6 + 20 * 154);
  CHECK(out.data() == place);
}

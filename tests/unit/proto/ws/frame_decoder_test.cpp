#include "core/proto/ws/frame_decoder.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"
#include "tests/unit/proto/ws/hex.h"

using namespace wsb;
using namespace wsb::ws;
using test::frame;
using test::hex;
using Item = FrameDecoder::Item;

namespace {

// The fault that the bytes lead to; "" when they are good. Frames are taken as they come.
std::string fault(FrameRules rules, BytesView bytes) {
  FrameDecoder decoder(rules);
  for (;;) {
    const Item item = decoder.next(bytes);
    if (item == Item::need_more) return {};
    if (item == Item::error) {
      return std::to_string(to_number(decoder.error().code)) + " " + decoder.error().text;
    }
  }
}

std::string fault(BytesView bytes) { return fault(FrameRules{}, bytes); }

FrameRules server_rules() {
  FrameRules rules;
  rules.role = Role::server;
  return rules;
}

FrameRules deflate_rules() {
  FrameRules rules;
  rules.rsv1_allowed = true;
  return rules;
}

FrameRules limited(std::uint64_t max_message, bool deflate = false) {
  FrameRules rules;
  rules.max_message = max_message;
  rules.rsv1_allowed = deflate;
  return rules;
}

}  // namespace

TEST_CASE("RFC 6455 5.1: a client must mask and a server must not") {
  CHECK(fault(hex("81 80 00000000")) == "1002 masked frame from a server");
  CHECK(fault(server_rules(), hex("81 00")) == "1002 unmasked frame from a client");
  CHECK(fault(server_rules(), hex("89 00")) == "1002 unmasked frame from a client");
  CHECK(fault(hex("81 00")).empty());
  CHECK(fault(server_rules(), hex("81 80 00000000")).empty());
}

TEST_CASE("RFC 6455 5.2: every reserved bit that was not agreed on fails with 1002") {
  for (unsigned bits = 1; bits < 8; ++bits) {
    for (const unsigned opcode : {1U, 2U, 8U, 9U, 10U}) {
      const Bytes bytes = frame(0x80U | bits << 4U | opcode, "");
      const bool only_rsv1_on_control = bits == 4 && opcode >= 8;
      CHECK(fault(bytes) == (only_rsv1_on_control ? "1002 reserved bit is set on a control frame"
                                                  : "1002 reserved bit is set"));
    }
  }
}

TEST_CASE("RFC 7692 6: RSV1 is good on the first frame of a message only") {
  CHECK(fault(deflate_rules(), hex("c1 00")).empty());
  CHECK(fault(deflate_rules(), hex("c2 00")).empty());
  CHECK(fault(deflate_rules(), hex("41 00 80 00")).empty());
  CHECK(fault(deflate_rules(), hex("41 00 c0 00")) ==
        "1002 reserved bit is set on a continuation frame");
  CHECK(fault(deflate_rules(), hex("01 00 c0 00")) ==
        "1002 reserved bit is set on a continuation frame");
  CHECK(fault(deflate_rules(), hex("c9 00")) == "1002 reserved bit is set on a control frame");
  CHECK(fault(deflate_rules(), hex("a1 00")) == "1002 reserved bit is set");
  CHECK(fault(deflate_rules(), hex("d1 00")) == "1002 reserved bit is set");
}

TEST_CASE("RFC 6455 5.2: a reserved opcode fails with 1002") {
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    CHECK(fault(frame(0x80U | opcode, "")) == "1002 reserved opcode");
    CHECK(fault(frame(0x80U | opcode, "data")) == "1002 reserved opcode");
  }
}

TEST_CASE("RFC 6455 5.5: a control frame is whole and of 125 bytes at most") {
  for (const unsigned opcode : {8U, 9U, 10U}) {
    CHECK(fault(frame(opcode, "")) == "1002 fragmented control frame");
    CHECK(fault(frame(0x80U | opcode, Bytes(125, '\0'))).empty());
    CHECK(fault(frame(0x80U | opcode, Bytes(126, '\0'))) ==
          "1002 control frame longer than 125 bytes");
    CHECK(fault(frame(0x80U | opcode, Bytes(70000, '\0'))) ==
          "1002 control frame longer than 125 bytes");
  }
}

TEST_CASE("RFC 6455 5.4: fragments come in order") {
  CHECK(fault(hex("80 00")) == "1002 continuation frame without a message to continue");
  CHECK(fault(hex("00 00")) == "1002 continuation frame without a message to continue");
  CHECK(fault(hex("81 00 80 00")) == "1002 continuation frame without a message to continue");
  CHECK(fault(hex("01 00 80 00 80 00")) == "1002 continuation frame without a message to continue");
  CHECK(fault(hex("01 00 81 00")) == "1002 new message before the last frame of the one before");
  CHECK(fault(hex("01 00 00 00 02 00")) ==
        "1002 new message before the last frame of the one before");
  CHECK(fault(hex("01 00 89 00 00 00 8a 00 80 00 82 00")).empty());
}

TEST_CASE("RFC 6455 5.2: a length that is not minimal fails with 1002") {
  CHECK(fault(hex("82 7e 007d")) == "1002 frame length is not in its minimal form");
  CHECK(fault(hex("82 7f 000000000000ffff")) == "1002 frame length is not in its minimal form");
  CHECK(fault(hex("82 7f ffffffffffffffff")) == "1002 frame length has its highest bit set");
  CHECK(fault(server_rules(), hex("82 fe 0000")) == "1002 frame length is not in its minimal form");
}

TEST_CASE("a fault in the first two bytes is found before the rest of the header comes") {
  CHECK(fault(hex("8f 7e")) == "1002 reserved opcode");
  CHECK(fault(hex("89 7f")) == "1002 control frame longer than 125 bytes");
  CHECK(fault(server_rules(), hex("82 7f")) == "1002 unmasked frame from a client");
}

TEST_CASE("RFC 6455 10.4: a message over the limit fails with 1009 at its header") {
  CHECK(fault(limited(10), frame(0x82, Bytes(10, 'x'))).empty());
  CHECK(fault(limited(10), hex("82 0b")) == "1009 message larger than 10B");
  CHECK(fault(limited(1 << 20), hex("82 7f 0000010000000000")) ==
        "1009 message larger than 1MiB");
  CHECK(fault(limited(10), frame(0x02, "123456") + hex("00 05")) ==
        "1009 message larger than 10B");
  CHECK(fault(limited(10), frame(0x02, "123456") + frame(0x80, "1234") + frame(0x82, "1234567890"))
            .empty());
  CHECK(fault(limited(0), hex("82 00")).empty());
  CHECK(fault(limited(0), hex("82 01")) == "1009 message larger than 0B");
}

TEST_CASE("control frames do not count towards the size of a message") {
  CHECK(
      fault(limited(10), frame(0x02, "123456") + frame(0x89, Bytes(125, 'p')) + frame(0x80, "1234"))
          .empty());
}

TEST_CASE("a compressed frame that can never become a good message fails at its header") {
  CHECK(fault(limited(1000, true), hex("c2 7e 2328")).empty());  // 9000 = 8 * 1000 + 1000
  CHECK(fault(limited(1000, true), hex("c2 7f 0000010000000000")) ==
        "1009 message larger than 1000B");
}

TEST_CASE("a message in too many frames fails with 1008") {
  const Bytes first = hex("02 00");
  const Bytes more = hex("00 00");
  FrameDecoder decoder(FrameRules{});
  const auto take = [&](BytesView bytes) {
    const Item item = decoder.next(bytes);
    if (item == Item::header) CHECK(decoder.next(bytes) == Item::payload);
    return item;
  };
  REQUIRE(take(first) == Item::header);
  bool good = true;
  for (std::size_t i = 1; i < limits::kFramesPerMessage; ++i) {
    BytesView bytes = more;
    good = good && decoder.next(bytes) == Item::header && decoder.next(bytes) == Item::payload;
  }
  CHECK(good);
  CHECK(take(more) == Item::error);
  CHECK(decoder.error() ==
        ProtocolError{CloseCode::policy_violation, "message in too many frames"});
}

TEST_CASE("payload is handed on as views, with its place in the frame") {
  FrameDecoder decoder(server_rules());
  const Bytes head = hex("82 85 01020304");
  BytesView in = BytesView(head).substr(0, 3);
  CHECK(decoder.next(in) == Item::need_more);
  const Bytes rest = head.substr(3) + "ab";
  in = rest;
  CHECK(decoder.next(in) == Item::header);
  CHECK(decoder.header().mask_key == MaskKey{1, 2, 3, 4});
  CHECK(decoder.next(in) == Item::payload);
  CHECK(decoder.payload() == "ab");
  CHECK(decoder.payload().data() == rest.data() + 3);
  CHECK(decoder.payload_offset() == 0);
  CHECK_FALSE(decoder.frame_complete());
  CHECK(decoder.next(in) == Item::need_more);
  const Bytes more = "cdeNEXT";
  in = more;
  CHECK(decoder.next(in) == Item::payload);
  CHECK(decoder.payload() == "cde");
  CHECK(decoder.payload_offset() == 2);
  CHECK(decoder.frame_complete());
  CHECK(in == "NEXT");
  CHECK(decoder.message_frames() == 1);
  CHECK(decoder.message_wire_bytes() == 11);
}

TEST_CASE("after a fault the decoder gives nothing else") {
  FrameDecoder decoder(FrameRules{});
  const Bytes bytes = hex("83 00 81 00");
  BytesView in = bytes;
  CHECK(decoder.next(in) == Item::error);
  CHECK(decoder.next(in) == Item::error);
  CHECK(decoder.error().text == "reserved opcode");
}

#include "core/proto/ws/frame.h"

#include <catch2/catch.hpp>

#include <array>

#include "core/proto/ws/opcode.h"
#include "tests/unit/proto/ws/hex.h"

using namespace wsb;
using namespace wsb::ws;
using test::hex;

namespace {

Bytes encode(const FrameHeader& header) {
  std::array<char, kMaxFrameHeaderBytes> bytes{};
  return {bytes.data(), encode_frame_header(header, bytes.data())};
}

FrameHeader header_with_length(std::uint64_t length, bool masked = false) {
  FrameHeader header;
  header.opcode = Opcode::binary;
  header.length = length;
  header.masked = masked;
  if (masked) header.mask_key = {0x37, 0xFA, 0x21, 0x3D};
  return header;
}

struct LengthCase {
  std::uint64_t length;
  const char* bytes;
};

}  // namespace

TEST_CASE("RFC 6455 5.2: a length takes its shortest form, both ways") {
  const LengthCase cases[] = {
      {0, "82 00"},
      {1, "82 01"},
      {125, "82 7d"},
      {126, "82 7e 007e"},
      {127, "82 7e 007f"},
      {65535, "82 7e ffff"},
      {65536, "82 7f 0000000000010000"},
      {0x7FFFFFFFFFFFFFFF, "82 7f 7fffffffffffffff"},
  };
  for (const LengthCase& c : cases) {
    CHECK(encode(header_with_length(c.length)) == hex(c.bytes));
    CHECK(frame_header_size(c.length, false) == hex(c.bytes).size());
    FrameHeader header;
    const HeaderParse parse = parse_frame_header(hex(c.bytes), header);
    CHECK(parse.status == HeaderParse::Status::complete);
    CHECK(parse.size == hex(c.bytes).size());
    CHECK(header == header_with_length(c.length));
  }
}

TEST_CASE("RFC 6455 5.2: a masked header ends with its key") {
  CHECK(encode(header_with_length(5, true)) == hex("82 85 37fa213d"));
  CHECK(encode(header_with_length(300, true)) == hex("82 fe 012c 37fa213d"));
  FrameHeader header;
  const HeaderParse parse = parse_frame_header(hex("82 fe 012c 37fa213d 00"), header);
  CHECK(parse.size == 8);
  CHECK(header == header_with_length(300, true));
}

TEST_CASE("RFC 6455 5.2: every first byte is read and written back") {
  for (unsigned first = 0; first < 256; ++first) {
    const Bytes bytes = {static_cast<char>(first), 0};
    FrameHeader header;
    REQUIRE(parse_frame_header(bytes, header).status == HeaderParse::Status::complete);
    CHECK(header.fin == (first >= 0x80));
    CHECK(static_cast<unsigned>(header.opcode) == (first & 0x0FU));
    CHECK(encode(header) == bytes);
  }
}

TEST_CASE("RFC 6455 5.2: a header is incomplete up to its last byte") {
  const Bytes whole = hex("82 ff 0000000000010000 37fa213d");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    FrameHeader header;
    CHECK(parse_frame_header(BytesView(whole).substr(0, size), header).status ==
          HeaderParse::Status::need_more);
    if (size >= 2) CHECK(header.opcode == Opcode::binary);
  }
}

TEST_CASE("RFC 6455 5.2: a length not in its shortest form, or beyond 2^63, is bad") {
  for (const char* bytes : {"82 7e 0000", "82 7e 007d", "82 7f 000000000000ffff",
                            "82 7f 0000000000000000", "82 fe 0005"}) {
    FrameHeader header;
    const HeaderParse parse = parse_frame_header(hex(bytes), header);
    CHECK(parse.status == HeaderParse::Status::bad);
    CHECK(parse.error == "length is not in its minimal form");
  }
  FrameHeader header;
  CHECK(parse_frame_header(hex("82 7f 8000000000000000"), header).error ==
        "length has its highest bit set");
}

TEST_CASE("RFC 6455 5.2: opcodes 3-7 and B-F are reserved, 8 and above control") {
  for (unsigned n = 0; n < 16; ++n) {
    const auto opcode = static_cast<Opcode>(n);
    CHECK(is_defined(opcode) == (n <= 2 || (n >= 8 && n <= 10)));
    CHECK(is_control(opcode) == (n >= 8));
    if (!is_defined(opcode)) CHECK(opcode_name(opcode) == "reserved");
  }
  CHECK(opcode_name(Opcode::continuation) == "continuation");
  CHECK(opcode_name(Opcode::text) == "text");
  CHECK(opcode_name(Opcode::binary) == "binary");
  CHECK(opcode_name(Opcode::close) == "close");
  CHECK(opcode_name(Opcode::ping) == "ping");
  CHECK(opcode_name(Opcode::pong) == "pong");
}

#include "core/session/encoding.h"

#include <catch2/catch.hpp>

using wsb::Bytes;
using namespace wsb::session;
using wsb::ws::Opcode;

TEST_CASE("the plain encoding wraps text and leaves binary alone") {
  Bytes scratch;
  CHECK(encode(Encoding::plain, said(Opcode::text, "hi"), scratch).payload ==
        R"({"type":"broadcast","payload":"hi"})");
  const Bytes octets("\x00\xff{}", 4);
  CHECK(encode(Encoding::plain, said(Opcode::binary, octets), scratch).payload == octets);
}

TEST_CASE("the raw encoding leaves everything alone") {
  Bytes scratch = "untouched";
  const Bytes text = R"({"a":1})";
  const wsb::BytesView encoded = encode(Encoding::raw, said(Opcode::text, text), scratch).payload;
  CHECK(encoded == text);
  CHECK(encoded.data() == text.data());
  CHECK(encode(Encoding::raw, said(Opcode::binary, text), scratch).payload.data() == text.data());
  CHECK(scratch == "untouched");
}

TEST_CASE("an encoding does not remember the message before") {
  Bytes scratch;
  (void)encode(Encoding::plain, said(Opcode::text, "a long first message"), scratch).payload;
  CHECK(encode(Encoding::plain, said(Opcode::text, "b"), scratch).payload ==
        R"({"type":"broadcast","payload":"b"})");
}

TEST_CASE("for Socket.IO a message is an event, whose attachments follow it") {
  using wsb::session::Said;
  wsb::Bytes scratch;
  const auto text = encode(Encoding::socketio, said(Opcode::text, "hi"), scratch);
  CHECK(text.payload == R"(42["message",{"type":"broadcast","payload":"hi"}])");
  const auto there =
      encode(Encoding::socketio, said(Opcode::text, "[1]"), scratch, {7, false}, "/chat");
  CHECK(there.payload == R"(42/chat,["message",{"type":"broadcast","id":7,"payload":[1]}])");
  const wsb::session::Said bytes = said(Opcode::binary, "ab");
  const auto binary = encode(Encoding::socketio, bytes, scratch);
  CHECK(binary.payload == R"(451-["message",{"type":"broadcast","payload":)"
                          R"({"_placeholder":true,"num":0}}])");
  REQUIRE(binary.attachments.size() == 1);
  CHECK(binary.attachments[0] == "ab");
}

TEST_CASE("for plain clients a JSON value is the payload, and one that is binary a message") {
  using wsb::session::Said;
  wsb::Bytes scratch;
  const Said number{Said::Kind::json, "7", {}};
  CHECK(encode(Encoding::plain, number, scratch).payload == R"({"type":"broadcast","payload":7})");
  const std::vector<wsb::BytesView> attachments{"ab"};
  const Said buffer{Said::Kind::json, wsb::session::placeholder(), attachments};
  const auto alone = encode(Encoding::plain, buffer, scratch);
  CHECK(alone.opcode == Opcode::binary);
  CHECK(alone.payload == "ab");
  CHECK(alone.attachments.empty());
  const Said object{Said::Kind::json, R"({"a":{"_placeholder":true,"num":0}})", attachments};
  const auto both = encode(Encoding::plain, object, scratch);
  CHECK(both.payload ==
        R"({"type":"broadcast","payload":{"a":{"_placeholder":true,"num":0}}})");
  CHECK(both.attachments.size() == 1);
}

TEST_CASE("where a message stands is told to Socket.IO clients alone, behind it") {
  using wsb::session::Mark;
  wsb::Bytes scratch;
  const Mark mark{0, false, 12};
  CHECK(encode(Encoding::socketio, said(Opcode::text, "hi"), scratch, mark).payload ==
        R"(42["message",{"type":"broadcast","payload":"hi"},"12"])");
  CHECK(encode(Encoding::socketio, said(Opcode::binary, "x"), scratch, mark).payload ==
        R"(451-["message",{"type":"broadcast","payload":{"_placeholder":true,"num":0}},"12"])");
  CHECK(encode(Encoding::plain, said(Opcode::text, "hi"), scratch, mark).payload ==
        R"({"type":"broadcast","payload":"hi"})");
}

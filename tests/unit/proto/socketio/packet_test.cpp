#include "core/proto/socketio/packet.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::socketio;

TEST_CASE("a packet is taken apart and put together again") {
  const std::pair<std::string, PacketView> cases[] = {
      {"0", {PacketType::connect}},
      {R"(0{"token":"123"})", {PacketType::connect, 0, "/", {}, R"({"token":"123"})"}},
      {"0/custom,", {PacketType::connect, 0, "/custom"}},
      {R"(0/custom,{"sid":"a"})", {PacketType::connect, 0, "/custom", {}, R"({"sid":"a"})"}},
      {"1", {PacketType::disconnect}},
      {"1/admin,", {PacketType::disconnect, 0, "/admin"}},
      {R"(2["a",1])", {PacketType::event, 0, "/", {}, R"(["a",1])"}},
      {R"(2/admin,456["a"])", {PacketType::event, 0, "/admin", 456, R"(["a"])"}},
      {R"(20["a"])", {PacketType::event, 0, "/", 0, R"(["a"])"}},
      {"30[]", {PacketType::ack, 0, "/", 0, "[]"}},
      {R"(4/secret,{"message":"no"})",
       {PacketType::connect_error, 0, "/secret", {}, R"({"message":"no"})"}},
      {R"(51-["a",{"_placeholder":true,"num":0}])",
       {PacketType::binary_event, 1, "/", {}, R"(["a",{"_placeholder":true,"num":0}])"}},
      {"510-/admin,7[1]", {PacketType::binary_event, 10, "/admin", 7, "[1]"}},
      {"62-789[]", {PacketType::binary_ack, 2, "/", 789, "[]"}},
      {"29007199254740991[]", {PacketType::event, 0, "/", kMaxAckId, "[]"}},
      {"2/a/b-c?d=e,[]", {PacketType::event, 0, "/a/b-c?d=e", {}, "[]"}},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    const auto packet = parse_packet(text);
    REQUIRE(packet.has_value());
    CHECK(*packet == expected);
    Bytes out = "4";
    append_packet(out, *packet);
    CHECK(out == "4" + text);
  }
}

TEST_CASE("other spellings of a packet are understood") {
  CHECK(*parse_packet("0/custom") == PacketView{PacketType::connect, 0, "/custom"});
  CHECK(*parse_packet("0/,{}") == PacketView{PacketType::connect, 0, "/", {}, "{}"});
  CHECK(*parse_packet("2007[]") == PacketView{PacketType::event, 0, "/", 7, "[]"});
  CHECK(*parse_packet("501-[]") == PacketView{PacketType::binary_event, 1, "/", {}, "[]"});
  // Not of this level: the JSON is judged by whoever reads it.
  CHECK(parse_packet("2abc[]")->json == "abc[]");
}

TEST_CASE("an ill-formed packet is refused") {
  const std::string no_count = "a binary packet does not say how many attachments follow";
  const std::pair<std::string, std::string> cases[] = {
      {"", "a Socket.IO packet of unknown type"},
      {"7", "a Socket.IO packet of unknown type"},
      {"abc", "a Socket.IO packet of unknown type"},
      {" 2[]", "a Socket.IO packet of unknown type"},
      {"5[]", no_count},
      {"51[]", no_count},
      {"5-[]", no_count},
      {"5-1-[]", no_count},
      {"5+1-[]", no_count},
      {"51.0-[]", no_count},
      {"6", no_count},
      {"599999999999999999999-[]", no_count},
      {"50-[]", "a binary packet has no attachments"},
      {"60-1[]", "a binary packet has no attachments"},
      {"29007199254740992[]", "an ack id that is too large"},
      {"299999999999999999999999[]", "an ack id that is too large"},
      {"0/a\x1E"
       "b",
       "a namespace has no control characters"},
      {"0/a\xFF,", "a namespace is UTF-8"},
      {"0/" + std::string(limits::kNamespaceBytes, 'a'), "a namespace has at most 256 bytes"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    const auto packet = parse_packet(text);
    REQUIRE_FALSE(packet.has_value());
    CHECK(packet.error().code == ErrorCode::protocol);
    CHECK(packet.error().message == message);
  }
}

TEST_CASE("too many attachments are refused") {
  CHECK(parse_packet("510-[]").has_value());
  const auto packet = parse_packet("511-[]");
  REQUIRE_FALSE(packet.has_value());
  CHECK(packet.error().code == ErrorCode::too_large);
  CHECK(packet.error().message == "too many attachments: 11, not more than 10 are taken");
  CHECK_FALSE(parse_packet("52-[]", 1).has_value());
}

TEST_CASE("a namespace is a path without commas and controls") {
  for (const std::string_view good : {"/", "/admin", "/dyn-101", "/a/b", "/\xC3\xA9"}) {
    CHECK(check_namespace(good));
  }
  for (const std::string_view bad : {"", "admin", "/a,b", "/a\n", "/\x7F", "/\xC3"}) {
    CAPTURE(bad);
    const auto result = check_namespace(bad);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::invalid_argument);
  }
  CHECK(check_namespace("/" + std::string(limits::kNamespaceBytes - 1, 'a')));
  CHECK_FALSE(check_namespace("/" + std::string(limits::kNamespaceBytes, 'a')));
}

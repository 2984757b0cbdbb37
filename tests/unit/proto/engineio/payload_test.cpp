#include "core/proto/engineio/payload.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::engineio;

namespace {

using Packets = std::vector<Packet>;

Bytes encode(const Packets& packets) {
  Bytes payload;
  for (const Packet& packet : packets) append_to_payload(payload, view_of(packet));
  return payload;
}

}  // namespace

TEST_CASE("packets are joined by 0x1E, binary ones as base64") {
  const std::pair<Bytes, Packets> cases[] = {
      {"4hello", {{PacketType::message, false, "hello"}}},
      {"4", {{PacketType::message, false, ""}}},
      {"3", {{PacketType::pong, false, ""}}},
      {"4test1\x1E"
       "4test2\x1E"
       "4test3",
       {{PacketType::message, false, "test1"},
        {PacketType::message, false, "test2"},
        {PacketType::message, false, "test3"}}},
      {"4hello\x1E"
       "bAQIDBA==",
       {{PacketType::message, false, "hello"}, {PacketType::message, true, "\x01\x02\x03\x04"}}},
      {"b", {{PacketType::message, true, ""}}},
      {"b\x1E"
       "1",
       {{PacketType::message, true, ""}, {PacketType::close, false, ""}}},
      {"4\xE2\x82\xAC", {{PacketType::message, false, "\xE2\x82\xAC"}}},
  };
  for (const auto& [payload, packets] : cases) {
    CAPTURE(payload);
    const auto decoded = decode_payload(payload);
    REQUIRE(decoded.has_value());
    CHECK(*decoded == packets);
    CHECK(encode(packets) == payload);
  }
}

TEST_CASE("a payload with one bad packet is refused as a whole") {
  const std::pair<Bytes, std::string> cases[] = {
      {"", "packet 1 of the payload is empty"},
      {"\x1E", "packet 1 of the payload is empty"},
      {"4a\x1E", "packet 2 of the payload is empty"},
      {"4a\x1E\x1E"
       "4b",
       "packet 2 of the payload is empty"},
      {"abc", "packet 1 of the payload has an unknown type"},
      {"4a\x1E"
       "7",
       "packet 2 of the payload has an unknown type"},
      {"bAQIDBA", "packet 1 of the payload is not base64"},
      {"bAQIDBA=", "packet 1 of the payload is not base64"},
      {"bAQIDBB==", "packet 1 of the payload is not base64"},
      {"bAQ-_", "packet 1 of the payload is not base64"},
      {"b====", "packet 1 of the payload is not base64"},
      {"4\xFF", "the payload is not UTF-8"},
      {"4\xC3", "the payload is not UTF-8"},
  };
  for (const auto& [payload, message] : cases) {
    CAPTURE(payload);
    const auto decoded = decode_payload(payload);
    REQUIRE_FALSE(decoded.has_value());
    CHECK(decoded.error().code == ErrorCode::protocol);
    CHECK(decoded.error().message == message);
  }
}

TEST_CASE("the packets of a payload are limited") {
  const Bytes three =
      "4\x1E"
      "4\x1E"
      "4";
  CHECK(decode_payload(three, 3).has_value());
  const auto refused = decode_payload(three, 2);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::too_large);
  CHECK(refused.error().message == "the payload has more than 2 packets");
}

TEST_CASE("what a packet adds to a payload is known before") {
  Bytes payload = "6";
  for (const std::size_t size : {0U, 1U, 2U, 3U, 4U, 100U}) {
    for (const bool binary : {false, true}) {
      const Bytes data(size, 'x');
      const PacketView packet{PacketType::message, binary, data};
      const std::size_t before = payload.size();
      append_to_payload(payload, packet);
      CHECK(payload.size() - before == payload_growth(packet));
    }
  }
}

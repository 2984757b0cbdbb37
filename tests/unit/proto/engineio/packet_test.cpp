#include "core/proto/engineio/packet.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::engineio;

TEST_CASE("the text of a packet is a digit and its data") {
  const std::pair<std::string_view, PacketView> cases[] = {
      {"0{}", {PacketType::open, false, "{}"}},          {"1", {PacketType::close, false, ""}},
      {"2probe", {PacketType::ping, false, "probe"}},    {"3", {PacketType::pong, false, ""}},
      {"4hello", {PacketType::message, false, "hello"}}, {"4", {PacketType::message, false, ""}},
      {"5", {PacketType::upgrade, false, ""}},           {"6", {PacketType::noop, false, ""}},
  };
  for (const auto& [text, expected] : cases) {
    CAPTURE(text);
    const auto packet = decode_text(text);
    REQUIRE(packet);
    CHECK(packet->type == expected.type);
    CHECK(packet->data == expected.data);
    CHECK_FALSE(packet->binary);
    Bytes out = ">";
    append_text(out, *packet);
    CHECK(out == ">" + std::string(text));
  }
}

TEST_CASE("a text that begins with anything else is no packet") {
  for (const std::string_view text : {"", "7", "abc", "b4", " 4", "-", "\xFF"}) {
    CAPTURE(text);
    CHECK_FALSE(decode_text(text));
  }
}

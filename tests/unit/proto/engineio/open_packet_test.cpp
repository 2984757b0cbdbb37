#include "core/proto/engineio/open_packet.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::engineio;

namespace {

std::string open_json(const OpenPacket& open) {
  Bytes out;
  append_open(out, open);
  return out;
}

}  // namespace

TEST_CASE("the open packet has the members of the protocol and no others") {
  const OpenPacket polling{"n1-abc", true, 25s, 20s, 1'000'000};
  const std::string json =
      R"({"sid":"n1-abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,)"
      R"("maxPayload":1000000})";
  CHECK(open_json(polling) == json);
  CHECK(*parse_open(json) == polling);

  const OpenPacket websocket{"x", false, 300ms, 200ms, 5};
  CHECK(open_json(websocket) ==
        R"({"sid":"x","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":5})");
  CHECK(*parse_open(open_json(websocket)) == websocket);
}

TEST_CASE("a client reads open packets of other servers") {
  const auto open = parse_open(
      R"( {"pingTimeout" : 5, "more": {"a":[1]}, "upgrades":["webtransport","websocket"],)"
      R"("pingInterval":1,"sid":"\u0061"} )");
  REQUIRE(open.has_value());
  CHECK(*open == OpenPacket{"a", true, 1ms, 5ms, 0});
}

TEST_CASE("an open packet that cannot be used is refused") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "the open packet is no JSON object"},
      {"[]", "the open packet is no JSON object"},
      {"{", "the open packet is no JSON object"},
      {"{}", "the open packet has no usable 'sid'"},
      {R"({"sid":1})", "the open packet has no usable 'sid'"},
      {R"({"sid":""})", "the open packet has no usable 'sid'"},
      {R"({"sid":"a"})", "the open packet has no usable 'upgrades'"},
      {R"({"sid":"a","upgrades":[1]})", "the open packet has no usable 'upgrades'"},
      {R"({"sid":"a","upgrades":[]})", "the open packet has no usable 'pingInterval'"},
      {R"({"sid":"a","upgrades":[],"pingInterval":0})",
       "the open packet has no usable 'pingInterval'"},
      {R"({"sid":"a","upgrades":[],"pingInterval":-5})",
       "the open packet has no usable 'pingInterval'"},
      {R"({"sid":"a","upgrades":[],"pingInterval":1.5})",
       "the open packet has no usable 'pingInterval'"},
      {R"({"sid":"a","upgrades":[],"pingInterval":86400001})",
       "the open packet has no usable 'pingInterval'"},
      {R"({"sid":"a","upgrades":[],"pingInterval":5,"pingTimeout":"5"})",
       "the open packet has no usable 'pingTimeout'"},
      {R"({"sid":"a","upgrades":[],"pingInterval":5,"pingTimeout":5,"maxPayload":null})",
       "the open packet has no usable 'maxPayload'"},
  };
  for (const auto& [json, message] : cases) {
    CAPTURE(json);
    const auto open = parse_open(json);
    REQUIRE_FALSE(open.has_value());
    CHECK(open.error().code == ErrorCode::protocol);
    CHECK(open.error().message == message);
  }
}

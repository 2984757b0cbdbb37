#include "core/proto/socketio/event.h"

#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

using namespace wsb;
using namespace wsb::socketio;

namespace {

using Views = std::vector<BytesView>;

Views args_of(const Event& event) { return {event.args().begin(), event.args().end()}; }

}  // namespace

TEST_CASE("an event is its name and the texts of its arguments") {
  struct Case {
    std::string json;
    std::string name;
    Views args;
  };
  const Case cases[] = {
      {R"(["message"])", "message", {}},
      {R"(["message",1,"2",{"3":[true]}])", "message", {"1", R"("2")", R"({"3":[true]})"}},
      {R"([ "a b" , null ,[ 1 ] ])", "a b", {"null", "[ 1 ]"}},
      {R"(["caf\u00e9 \"x\""])", "caf\xC3\xA9 \"x\"", {}},
      {R"([""])", "", {}},
      {"[7,8]", "7", {"8"}},
      {"[-1.5]", "-1.5", {}},
      {R"(["Connect"])", "Connect", {}},
  };
  Event event;
  for (const Case& c : cases) {
    CAPTURE(c.json);
    REQUIRE(parse_event(c.json, event));
    CHECK(event.name == c.name);
    CHECK(args_of(event) == c.args);
    const nlohmann::json document = nlohmann::json::parse(c.json);
    REQUIRE(document.size() == c.args.size() + 1);
    for (std::size_t i = 0; i < c.args.size(); ++i) {
      CHECK(nlohmann::json::parse(c.args[i]) == document[i + 1]);
    }
  }
}

TEST_CASE("what is no event is refused") {
  const std::string no_array = "the payload of an event is no JSON array that is taken";
  const std::string no_string = "the name of an event is no string";
  const std::pair<std::string, std::string> cases[] = {
      {"", no_array},
      {"{}", no_array},
      {R"("message")", no_array},
      {R"(abc["message"])", no_array},
      {R"(["message")", no_array},
      {R"(["message"]x)", no_array},
      {"[\"\xFF\"]", no_array},
      {"[]", "an event without a name"},
      {"[null]", no_string},
      {"[true]", no_string},
      {R"([["message"]])", no_string},
      {R"([{"message":1}])", no_string},
      {R"(["connect"])", "an event with the reserved name connect"},
      {R"(["connect_error"])", "an event with the reserved name connect_error"},
      {R"(["disconnect",1])", "an event with the reserved name disconnect"},
      {R"(["disconnecting"])", "an event with the reserved name disconnecting"},
      {R"(["newListener"])", "an event with the reserved name newListener"},
      {R"(["removeListener"])", "an event with the reserved name removeListener"},
      {R"(["\u0063onnect"])", "an event with the reserved name connect"},
  };
  Event event;
  for (const auto& [json, message] : cases) {
    CAPTURE(json);
    const auto result = parse_event(json, event);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::protocol);
    CHECK(result.error().message == message);
  }
}

TEST_CASE("the arguments of an event are limited in number") {
  std::string json = R"(["a")";
  for (std::size_t i = 0; i < limits::kEventArguments; ++i) json += ",1";
  Event event;
  CHECK(parse_event(json + "]", event));
  CHECK_FALSE(parse_event(json + ",1]", event));
}

TEST_CASE("an ack is the texts of its arguments") {
  Views args;
  REQUIRE(parse_ack("[]", args));
  CHECK(args.empty());
  REQUIRE(parse_ack(R"([1, "connect"])", args));
  CHECK(args == Views{"1", R"("connect")"});
  for (const std::string_view json : {"", "{}", "1", "[1", "[1]]"}) {
    CAPTURE(json);
    CHECK_FALSE(parse_ack(json, args));
  }
}

TEST_CASE("events and acks are written as the official library does") {
  const Views none;
  const Views args{"1", R"("2")", R"({"3":[true]})"};
  Bytes out;
  append_event(out, "/", {}, "message-back", args);
  CHECK(out == R"(2["message-back",1,"2",{"3":[true]}])");
  out.clear();
  append_event(out, "/admin", 7, "a \"b\"", none);
  CHECK(out == R"(2/admin,7["a \"b\""])");
  out.clear();
  append_event(out, "/admin", {}, "x", args, 2);
  CHECK(out == R"(52-/admin,["x",1,"2",{"3":[true]}])");
  out.clear();
  append_ack(out, "/", 456, args);
  CHECK(out == R"(3456[1,"2",{"3":[true]}])");
  out.clear();
  append_ack(out, "/a", 0, none);
  CHECK(out == "3/a,0[]");
  out.clear();
  append_ack(out, "/", 789, args, 1);
  CHECK(out == R"(61-789[1,"2",{"3":[true]}])");
}

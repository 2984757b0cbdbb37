#include "core/session/room_commands.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::session;

namespace {

RoomCommand command_of(std::string_view text) {
  Result<RoomCommand> command = parse_room_command(text);
  if (!command) FAIL(command.error().text());
  return *std::move(command);
}

std::string fault_of(std::string_view text) {
  const Result<RoomCommand> command = parse_room_command(text);
  REQUIRE_FALSE(command);
  CHECK(command.error().code == ErrorCode::invalid_argument);
  return command.error().text();
}

}  // namespace

TEST_CASE("clients join and leave rooms by JSON") {
  CHECK(std::get<JoinCommand>(command_of(R"({"type":"join","room":"a"})")).room == "a");
  CHECK(std::get<LeaveCommand>(command_of(R"({"type":"leave","room":"a"})")).room == "a");
  CHECK(
      std::get<JoinCommand>(command_of("\n { \"room\" : \"\\u00e4 b\" ,\r\n\t\"type\":\"join\" } "))
          .room == "\xC3\xA4 b");
  CHECK(
      std::get<JoinCommand>(command_of(R"({"t\u0079pe":"j\u006fin","room":"a","x":[{}]})")).room ==
      "a");
}

TEST_CASE("of two members with one name the last counts") {
  CHECK(std::get<JoinCommand>(command_of(R"({"type":"leave","room":"a","room":"b","type":"join"})"))
            .room == "b");
}

TEST_CASE("a payload is the text of a string, and otherwise the JSON as it was written") {
  struct Row {
    const char* json;
    std::string payload;
  };
  const Row row = GENERATE(values<Row>({
      {R"("hi")", "hi"},
      {R"("")", ""},
      {R"("a \"b\" \\ } ] \u00e4")", "a \"b\" \\ } ] \xC3\xA4"},
      {R"({"a":1})", R"({"a":1})"},
      {R"({ "a" : [1, {"b":"}]\"{"}] })", R"({ "a" : [1, {"b":"}]\"{"}] })"},
      {R"([])", "[]"},
      {R"([1,2,"\\"])", R"([1,2,"\\"])"},
      {"12345678901234567890123.0", "12345678901234567890123.0"},
      {"-1e-7", "-1e-7"},
      {"true", "true"},
      {"null", "null"},
  }));
  INFO(row.json);
  for (const std::string& text :
       {R"({"type":"publish","room":"a","payload":)" + std::string(row.json) + "}",
        R"({"payload" : )" + std::string(row.json) + R"( , "type":"publish","room":"a"})"}) {
    const auto command = std::get<PublishCommand>(command_of(text));
    CHECK(command.room == "a");
    CHECK(command.payload == row.payload);
  }
}

TEST_CASE("any other text is an ordinary message") {
  const std::string text = GENERATE(
      as<std::string>(), "", " ", "hi", "{", "{}", "[]", R"(["join","a"])", R"({"type":"chat"})",
      R"({"type":"Join","room":"a"})", R"({"type":["join"],"room":"a"})", R"({"room":"a"})",
      R"({"x":{"type":"join","room":"a"}})", R"({"type":"join","room":"a"} x)",
      R"({"type":"join","room":"a",})", "{\"type\":\"join\",\"room\":\"\xFF\"}",
      "{\"type\":\"join\",\"room\":\"a\",\"x\":" + std::string(600, '[') + std::string(600, ']') +
          "}");
  INFO(text);
  CHECK(std::holds_alternative<NoCommand>(command_of(text)));
}

TEST_CASE("a command that cannot be done says why") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {R"({"type":"join"})", "cannot join: 'room' is not there or is no string"},
      {R"({"type":"join","room":7})", "cannot join: 'room' is not there or is no string"},
      {R"({"type":"leave","room":null})", "cannot leave: 'room' is not there or is no string"},
      {R"({"type":"join","room":""})", "cannot join: the name of the room is empty"},
      {R"({"type":"publish","room":"a\u0000","payload":1})",
       "cannot publish: the name of the room has control characters"},
      {R"({"type":"publish","room":"a"})", "cannot publish: 'payload' is not there"},
      {R"({"type":"publish","payload":1})", "cannot publish: 'room' is not there or is no string"},
  }));
  INFO(row.text);
  CHECK(fault_of(row.text) == row.message);
}

TEST_CASE("answers are JSON, whatever the room is called") {
  Bytes out;
  append_joined(out, "a");
  CHECK(out == R"({"type":"joined","room":"a"})");
  out.clear();
  append_left(out, "\"\\\xC3\xA4");
  CHECK(out == "{\"type\":\"left\",\"room\":\"\\\"\\\\\xC3\xA4\"}");
  out.clear();
  append_room_error(out, "cannot join: 'room' is not there or is no string");
  CHECK(out == R"({"type":"error","message":"cannot join: 'room' is not there or is no string"})");
}

TEST_CASE("who joins may say what he has seen") {
  const auto join = [](const std::string& since) {
    return parse_room_command(R"({"type":"join","room":"a","since":)" + since + "}");
  };
  CHECK(std::get<JoinCommand>(*join("7")).since == 7);
  CHECK(std::get<JoinCommand>(*join("0")).since == 0);
  CHECK_FALSE(std::get<JoinCommand>(*parse_room_command(R"({"type":"join","room":"a"})")).since);
  for (const char* bad : {"-1", "\"7\"", "1.5", "1e3", "null", "[7]", "99999999999999999999"}) {
    const auto refused = join(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "cannot join: 'since' is no id of a message");
  }
}

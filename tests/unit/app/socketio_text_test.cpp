#include "core/app/socketio_text.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"

namespace wsb::app {
namespace {

using Kind = EventArgument::Kind;
using Views = std::vector<BytesView>;

std::string parsed(std::string_view line, bool binary = false) {
  const auto message = parse_event_line(line, binary);
  if (!message) return "error: " + message.error().text();
  std::string out = message->answers ? "ack " + std::to_string(*message->answers) + " " : "";
  out += message->payload;
  for (const Bytes& each : message->attachments) out += " + " + each;
  return out;
}

std::string event_line(std::string_view name, const Views& args, const Views& attachments = {},
                       std::optional<std::uint64_t> ack_id = {}) {
  std::string out;
  append_event_line(out, {"/", name, args, attachments, ack_id});
  return out;
}

TEST_CASE("a line is the name of an event and arguments that are JSON or else words") {
  const struct {
    std::string line;
    std::string parsed;
  } cases[] = {
      {"chat", R"(["chat"])"},
      {"  chat \t", R"(["chat"])"},
      {R"(chat {"json": 1} text)", R"(["chat",{"json":1},"text"])"},
      {"chat 1 -2.5e3 true null 01 +1 nul", R"(["chat",1,-2.5e3,true,null,"01","+1","nul"])"},
      {R"(chat "two words" [ 1, "a b" ])", R"(["chat","two words",[1,"a b"]])"},
      {R"(chat a"b c{d)", R"(["chat","a\"b","c{d"])"},
      {R"("two words" 1)", R"(["two words",1])"},
      {R"("ack#1" 1)", R"(["ack#1",1])"},
      {"grüße schön", R"(["grüße","schön"])"},
      {"5 x", R"(["5","x"])"},
      {"ack#7", "ack 7 []"},
      {R"(ack#0 "yes" 2)", R"(ack 0 ["yes",2])"},
      {"ack#x 1", R"(["ack#x",1])"},
      {"ack# 1", R"(["ack#",1])"},
      {"ack#9007199254740992", R"(["ack#9007199254740992"])"},
      {R"(f {"base64":"AP8="})", R"(["f",{"base64":"AP8="}])"},
  };
  for (const auto& c : cases) CHECK(parsed(c.line) == c.parsed);
}

TEST_CASE("a line that is no event is refused with the place") {
  const struct {
    std::string line;
    std::string why;
  } cases[] = {
      {"", "the name of an event is missing"},
      {"  ", "the name of an event is missing"},
      {"disconnect 1", "'disconnect' is a reserved name of Socket.IO, no event"},
      {R"(chat {"a":1)",
       "what begins at column 6 is no valid JSON (a string with spaces is written \"so\")"},
      {R"(chat "a"b)",
       "what begins at column 6 is no valid JSON (a string with spaces is written \"so\")"},
      {R"("chat)",
       "what begins at column 1 is no valid JSON (a string with spaces is written \"so\")"},
  };
  for (const auto& c : cases) CHECK(parsed(c.line) == "error: " + c.why);
}

TEST_CASE("where binary is asked for, an object with base64 alone is an attachment") {
  CHECK(parsed(R"(f {"base64":"AGE="} 1)", true) ==
        R"(["f",{"_placeholder":true,"num":0},1] + )" + std::string("\0a", 2));
  CHECK(parsed(R"(ack#3 {"base64":""})", true) == R"(ack 3 [{"_placeholder":true,"num":0}] + )");
  // Anything else stays what it is.
  CHECK(parsed(R"(f {"base64":"!"})", true) == R"(["f",{"base64":"!"}])");
  CHECK(parsed(R"(f {"base64":"AGE=","x":1})", true) == R"(["f",{"base64":"AGE=","x":1}])");
  CHECK(parsed(R"(f {"base64":7})", true) == R"(["f",{"base64":7}])");
}

TEST_CASE("an argument is JSON where it is JSON, else a string") {
  CHECK(event_argument("{\"a\":[1]}").kind == Kind::json);
  CHECK(event_argument(" 7 ").kind == Kind::json);
  CHECK(event_argument("\"x\"").kind == Kind::json);
  CHECK(event_argument("x y").kind == Kind::string);
  CHECK(event_argument("").kind == Kind::string);
  CHECK(event_argument("{\"a\":").kind == Kind::string);
  CHECK(event_argument(std::string(600, '[') + std::string(600, ']')).kind == Kind::string);
}

TEST_CASE("an event keeps its arguments' JSON but for the white space between tokens") {
  const auto message = make_event(
      "a \"b\"", std::vector<EventArgument>{{Kind::json, "{ \"x y\" :\n\t[1, \"\\\" \" ] }"},
                                            {Kind::string, "{ \"x\""},
                                            {Kind::json, "12345678901234567890.10"}});
  REQUIRE(message);
  CHECK(message->payload ==
        R"(["a \"b\"",{"x y":[1,"\" "]},"{ \"x\"",12345678901234567890.10])");
}

TEST_CASE("binary arguments become attachments, in order and within the limit") {
  std::vector<EventArgument> arguments{{Kind::binary, "one"}, {Kind::json, "1"},
                                       {Kind::binary, "two"}};
  const auto message = make_event("f", arguments);
  REQUIRE(message);
  CHECK(message->payload ==
        R"(["f",{"_placeholder":true,"num":0},1,{"_placeholder":true,"num":1}])");
  CHECK(message->attachments == std::vector<Bytes>{"one", "two"});
  CHECK(message->size() == message->payload.size() + 6);
  arguments.assign(limits::kAttachments + 1, {Kind::binary, "x"});
  CHECK(make_event("f", arguments).error().text() == "more than 10 binary arguments");
}

TEST_CASE("JSON that stands for an attachment goes alone or not at all") {
  const EventArgument fake{Kind::json, R"({"_placeholder":true,"num":0})"};
  const EventArgument binary{Kind::binary, "x"};
  CHECK(make_event("f", std::vector{fake})->payload == R"(["f",{"_placeholder":true,"num":0}])");
  CHECK(make_event("f", std::vector{fake, binary}).error().text() ==
        "an argument with the member _placeholder cannot go with binary ones");
}

TEST_CASE("too many arguments are refused") {
  const std::vector<EventArgument> arguments(limits::kEventArguments + 1, {Kind::json, "1"});
  CHECK(make_event("f", arguments).error().text() == "more than 4096 arguments");
}

TEST_CASE("a received event is one line that can be typed again") {
  CHECK(event_line("message", {R"({"type": "welcome",
 "n": [ 1 ]})", "\"a  b\""}) == R"(message {"type":"welcome","n":[1]} "a  b")");
  CHECK(event_line("none", {}) == "none");
  CHECK(event_line("two words", {"1"}) == R"("two words" 1)");
  CHECK(event_line("a#1", {"1"}) == R"("a#1" 1)");
  CHECK(event_line("", {}) == R"("")");
  CHECK(event_line("\"q", {}) == R"("\"q")");
  CHECK(event_line("a\nb", {}) == R"("a\nb")");
  CHECK(event_line("ask", {"1"}, {}, 7) == "ask#7 1");
}

TEST_CASE("attachments are shown where they stand, in base64") {
  const std::string bytes("\0\xFF", 2);
  CHECK(event_line("f", {R"({"_placeholder":true,"num":1})",
                         R"({"x" : {"num":0, "_placeholder":true} })"},
                   {"one", bytes}) ==
        R"(f {"base64":"AP8="} {"x":{"base64":"b25l"}})");
  std::string out;
  const Views args{R"({"_placeholder":true,"num":0})"};
  const Views attachments{bytes};
  append_ack_line(out, {"/", 12, args, attachments});
  CHECK(out == R"(ack#12 {"base64":"AP8="})");
}

TEST_CASE("what authenticates is a JSON object") {
  CHECK(check_auth("{ \"token\": \"a b\" }\n").value() == R"({"token":"a b"})");
  for (const char* bad : {"", "x", "[1]", "\"{}\"", "{\"a\":}", "{} {}"}) {
    CHECK(check_auth(bad).error().text() == "is no JSON object, such as '{\"token\":\"…\"}'");
  }
}

}  // namespace
}  // namespace wsb::app

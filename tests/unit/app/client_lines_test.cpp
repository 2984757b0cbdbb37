#include "core/app/client_lines.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace wsb::app {
namespace {

std::vector<std::string> payloads(const std::vector<ClientMessage>& messages) {
  std::vector<std::string> out;
  for (const ClientMessage& message : messages) out.push_back(message.payload);
  return out;
}

// All messages of `input`, fed in pieces of `step` bytes.
std::vector<std::string> lines_of(const std::string& input, std::size_t step) {
  LineReader reader(ws::Opcode::text);
  std::vector<ClientMessage> messages;
  for (std::size_t at = 0; at < input.size(); at += step) {
    REQUIRE(reader.feed(std::string_view(input).substr(at, step), messages));
  }
  REQUIRE(reader.finish(messages));
  return payloads(messages);
}

TEST_CASE("a line is a message and loses exactly one line end, however the bytes are cut") {
  struct Case {
    std::string input;
    std::vector<std::string> messages;
  };
  const Case cases[] = {
      {"", {}},
      {"a", {"a"}},
      {"a\n", {"a"}},
      {"a\r\n", {"a"}},
      {"a\r\r\n", {"a\r"}},
      {"a\n\r\n", {"a", ""}},
      {"\n", {""}},
      {"\n\n", {"", ""}},
      {"a\nb", {"a", "b"}},
      {"last\r", {"last\r"}},
      {" a \t\n", {" a \t"}},
      {"gr\xc3\xbc\xc3\x9f\x65\n\xf0\x9f\x90\xa2", {"gr\xc3\xbc\xc3\x9f\x65", "\xf0\x9f\x90\xa2"}},
  };
  for (const Case& c : cases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
      INFO(c.input << " in steps of " << step);
      CHECK(lines_of(c.input, step) == c.messages);
    }
  }
}

TEST_CASE("a line of several mebibytes is one message") {
  const std::string line(5'000'000, 'x');
  CHECK(lines_of(line + "\n" + line, 65536) == std::vector<std::string>{line, line});
}

TEST_CASE("a text line that is not UTF-8 is refused, and those before it are there") {
  LineReader reader(ws::Opcode::text);
  std::vector<ClientMessage> messages;
  const auto result = reader.feed("good\nbad\xff\nnever\n", messages);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::cannot_read);
  CHECK(result.error().text() ==
        "input line 2 is not UTF-8 (to send it all the same, use --binary)");
  CHECK(payloads(messages) == std::vector<std::string>{"good"});
}

TEST_CASE("a character that is cut by the end of input is not UTF-8") {
  LineReader reader(ws::Opcode::text);
  std::vector<ClientMessage> messages;
  REQUIRE(reader.feed("x\xc3", messages));
  CHECK_FALSE(reader.finish(messages));
  CHECK(messages.empty());
}

TEST_CASE("a binary line may be anything") {
  LineReader reader(ws::Opcode::binary);
  std::vector<ClientMessage> messages;
  REQUIRE(reader.feed(std::string("\xff\x00\r\n", 4), messages));
  CHECK(messages == std::vector<ClientMessage>{{ws::Opcode::binary, std::string("\xff\x00", 2)}});
}

TEST_CASE("a whole message keeps its line ends") {
  const auto message = whole_message(ws::Opcode::text, "a\nb\n", "'f'");
  REQUIRE(message);
  CHECK(*message == ClientMessage{ws::Opcode::text, "a\nb\n"});
  const auto refused = whole_message(ws::Opcode::text, "\xff", "'f'");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text() == "'f' is not UTF-8 (to send it all the same, use --binary)");
}

TEST_CASE("lines of Socket.IO are events, blank ones are nothing, and an error says which line") {
  LineReader reader(ws::Opcode::text, LineReader::Form::event);
  std::vector<ClientMessage> messages;
  REQUIRE(reader.feed("chat 1\r\n\n \t\nask {\"a\": 2} b\n", messages));
  CHECK(payloads(messages) ==
        std::vector<std::string>{"[\"chat\",1]", "[\"ask\",{\"a\":2},\"b\"]"});
  const auto taken = reader.feed("good\nconnect\n", messages);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::cannot_read);
  CHECK(taken.error().text() ==
        "input line 6: 'connect' is a reserved name of Socket.IO, no event");
  CHECK(messages.size() == 3);
  LineReader binary(ws::Opcode::binary, LineReader::Form::event);
  CHECK(binary.feed("a \xff\n", messages).error().text() == "input line 1 is not UTF-8");
}

}  // namespace
}  // namespace wsb::app

#include "core/app/send.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>

namespace wsb::app {
namespace {

using Stream = ClientInput::Stream;

ClientMessage text(std::string payload) { return {ws::Opcode::text, std::move(payload)}; }

Result<ClientInput> read(const std::vector<std::string>& arguments,
                         ws::Opcode opcode = ws::Opcode::text) {
  return read_arguments(arguments, opcode);
}

// A file that is gone with the object.
struct File {
  explicit File(const std::string& content) { std::ofstream(path, std::ios::binary) << content; }
  ~File() { std::remove(path.c_str()); }
  std::string path = "send_test_" + std::to_string(reinterpret_cast<std::uintptr_t>(this));
};

TEST_CASE("arguments are messages in their order") {
  const auto input = read({"one", "", "{\"a\":[1,2]}", "-x"});
  REQUIRE(input);
  CHECK(input->before ==
        std::vector<ClientMessage>{text("one"), text(""), text("{\"a\":[1,2]}"), text("-x")});
  CHECK(input->stream == Stream::none);
  CHECK(input->after.empty());
}

TEST_CASE("a file is one message as it is, and @@ stands for @") {
  const File file("two\nlines\n");
  const auto input = read({"@" + file.path, "@@literal", "@@"});
  REQUIRE(input);
  CHECK(input->before ==
        std::vector<ClientMessage>{text("two\nlines\n"), text("@literal"), text("@")});
}

TEST_CASE("standard input has its place among the messages") {
  const auto lines = read({"a", "-", "b"});
  REQUIRE(lines);
  CHECK(lines->before == std::vector<ClientMessage>{text("a")});
  CHECK(lines->stream == Stream::lines);
  CHECK(lines->after == std::vector<ClientMessage>{text("b")});
  const auto whole = read({"@-"});
  REQUIRE(whole);
  CHECK(whole->stream == Stream::whole);
}

TEST_CASE("standard input cannot be used twice") {
  const auto input = read({"-", "@-"});
  REQUIRE_FALSE(input);
  CHECK(input.error().code == ErrorCode::invalid_argument);
  CHECK(input.error().text() == "standard input is used twice");
}

TEST_CASE("a file that cannot be read is named") {
  const auto missing = read({"@no/such/file"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::cannot_read);
  CHECK(missing.error().text() == "cannot read 'no/such/file': No such file or directory");
  const auto folder = read({"@/"});
  REQUIRE_FALSE(folder);
  CHECK(folder.error().code == ErrorCode::cannot_read);
}

TEST_CASE("text that is not UTF-8 is refused unless it is sent as binary") {
  const File file("\xff\xfe");
  const auto refused = read({"@" + file.path});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().text() ==
        "'" + file.path + "' is not UTF-8 (to send it all the same, use --binary)");
  CHECK_FALSE(read({"\xff"}));
  const auto binary = read({"@" + file.path}, ws::Opcode::binary);
  REQUIRE(binary);
  CHECK(binary->before == std::vector<ClientMessage>{{ws::Opcode::binary, "\xff\xfe"}});
}

Result<ClientInput> read_event(const std::vector<std::string>& arguments,
                               ws::Opcode opcode = ws::Opcode::text) {
  return read_event_arguments(arguments, opcode);
}

TEST_CASE("arguments for Socket.IO are one event: its name, then JSON or strings") {
  const File file("{ \"from\": \"file\" }\n");
  const auto input = read_event({"my event", "{\"a\":1}", "text", "7", "@@x", "@" + file.path});
  REQUIRE(input);
  CHECK(input->events);
  CHECK(input->stream == Stream::none);
  REQUIRE(input->before.size() == 1);
  CHECK(input->before[0].payload ==
        R"(["my event",{"a":1},"text",7,"@x",{"from":"file"}])");
}

TEST_CASE("one argument for Socket.IO is a line, '-' is each line of standard input") {
  const auto line = read_event({"chat {\"a\": 1} b"});
  REQUIRE(line);
  CHECK(line->before.at(0).payload == R"(["chat",{"a":1},"b"])");
  const auto lines = read_event({"-"});
  REQUIRE(lines);
  CHECK(lines->stream == Stream::lines);
  CHECK(lines->before.empty());
  CHECK(read_event({})->before.empty());
}

TEST_CASE("a file is an attachment of an event where binary is asked for") {
  const File file(std::string("\0\xff", 2));
  const auto input = read_event({"upload", "name", "@" + file.path}, ws::Opcode::binary);
  REQUIRE(input);
  CHECK(input->before.at(0).payload == R"(["upload","name",{"_placeholder":true,"num":0}])");
  CHECK(input->before.at(0).attachments == std::vector<Bytes>{std::string("\0\xff", 2)});
  const auto text = read_event({"upload", "@" + file.path});
  CHECK(text.error().code == ErrorCode::cannot_read);
  CHECK(text.error().text() ==
        "'" + file.path + "' is not UTF-8 (to send it all the same, use --binary)");
}

TEST_CASE("what is no event is wrong usage") {
  CHECK(read_event({"disconnect", "1"}).error().code == ErrorCode::invalid_argument);
  CHECK(read_event({"chat {"}).error().code == ErrorCode::invalid_argument);
  CHECK(read_event({"a", "@no such file"}).error().code == ErrorCode::cannot_read);
  CHECK(read_event({"a", "\xff"}).error().text() ==
        "an argument is not UTF-8 (for binary: @file, -b)");
}

}  // namespace
}  // namespace wsb::app

#include "core/session/envelope.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using wsb::Bytes;
using namespace wsb::session;
using namespace std::string_view_literals;

namespace {

struct Case {
  std::string_view text;
  std::string_view payload;  // as it stands in the envelope
};

Bytes broadcast(std::string_view text) {
  Bytes out;
  append_broadcast(out, text);
  return out;
}

}  // namespace

TEST_CASE("the greeting is these bytes") {
  CHECK(welcome_text() == R"({"type":"welcome","message":"Connected to broadcast server!"})");
}

TEST_CASE("text travels as a JSON string, an object or array as it is") {
  const Case cases[] = {
      {"hi", R"("hi")"},
      {"", R"("")"},
      {"say \"hi\"\\", R"("say \"hi\"\\")"},
      {"two\nlines\t\r", R"("two\nlines\t\r")"},
      {"\x01\x1f\x7f"sv, "\"\\u0001\\u001f\x7f\""},
      {"nul\0in"sv, R"("nul\u0000in")"},
      {"grüße 🎈", R"("grüße 🎈")"},
      {R"({"a":[1,2,{"b":null}]})", R"({"a":[1,2,{"b":null}]})"},
      {"[]", "[]"},
      {"{}", "{}"},
      {" [1, 2] ", " [1, 2] "},
      {"{\n \"a\": 1\n}", "{\n \"a\": 1\n}"},
      // Scalars are text to the people who typed them.
      {"42", R"("42")"},
      {"true", R"("true")"},
      {"null", R"("null")"},
      {R"("quoted")", R"("\"quoted\"")"},
      // Almost JSON must not break the envelope.
      {R"({"a":1)", R"("{\"a\":1")"},
      {R"({"a":1}})", R"("{\"a\":1}}")"},
      {R"({a:1})", R"("{a:1}")"},
      {"[1,]", R"("[1,]")"},
      {"[1] [2]", R"("[1] [2]")"},
      {"[01]", R"("[01]")"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.text);
    CHECK(broadcast(c.text) == R"({"type":"broadcast","payload":)" + Bytes(c.payload) + "}");
  }
}

TEST_CASE("JSON nested too deep for its readers travels as a string") {
  const std::string deep = std::string(513, '[') + std::string(513, ']');
  CHECK(broadcast(deep) == R"({"type":"broadcast","payload":")" + deep + "\"}");
  const std::string allowed = std::string(512, '[') + std::string(512, ']');
  CHECK(broadcast(allowed) == R"({"type":"broadcast","payload":)" + allowed + "}");
}

TEST_CASE("an envelope is appended to what is there") {
  Bytes out = "before";
  append_broadcast(out, "x");
  CHECK(out == R"(before{"type":"broadcast","payload":"x"})");
}

TEST_CASE("an envelope is at most six times the text and its frame") {
  const std::string worst(1000, '\x01');
  CHECK(broadcast(worst).size() == 6 * 1000 + R"({"type":"broadcast","payload":""})"sv.size());
}

TEST_CASE("where a history is kept, a message says its id and whether it is sent again") {
  Bytes live;
  append_broadcast(live, "hi", {7, false});
  CHECK(live == R"({"type":"broadcast","id":7,"payload":"hi"})");
  Bytes again;
  append_broadcast(again, "[1]", {7, true});
  CHECK(again == R"({"type":"broadcast","id":7,"history":true,"payload":[1]})");
  Bytes note;
  append_binary_note(note, {8, false});
  CHECK(note == R"({"type":"binary","id":8})");
  note.clear();
  append_binary_note(note, {8, true});
  CHECK(note == R"({"type":"binary","id":8,"history":true})");
}

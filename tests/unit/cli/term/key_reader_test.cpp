#include "cli/term/key_reader.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

using Kind = Key::Kind;
using Keys = std::vector<Key>;

Keys read(const std::string& bytes, std::size_t step) {
  KeyReader reader;
  Keys keys;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    for (Key& key : reader.feed(std::string_view(bytes).substr(at, step))) {
      keys.push_back(std::move(key));
    }
  }
  return keys;
}

Key text(std::string character) { return {Kind::text, std::move(character)}; }
Key key(Kind kind) { return {kind, ""}; }

TEST_CASE("bytes become keys, however they are cut") {
  struct Case {
    std::string bytes;
    Keys keys;
  };
  const Case cases[] = {
      {"ab", {text("a"), text("b")}},
      {"\xc3\xbc\xe4\xb8\xad\xf0\x9f\x90\xa2",
       {text("\xc3\xbc"), text("\xe4\xb8\xad"), text("\xf0\x9f\x90\xa2")}},
      {"\r\n", {key(Kind::enter), key(Kind::enter)}},
      {"\t", {text("\t")}},
      {"\x7f\x08", {key(Kind::backspace), key(Kind::backspace)}},
      {"\x01\x05\x0b\x15\x17\x0c\x04",
       {key(Kind::home), key(Kind::end), key(Kind::kill_to_end), key(Kind::kill_line),
        key(Kind::kill_word), key(Kind::clear), key(Kind::end_of_input)}},
      {"\x03\x1a\x1c", {key(Kind::interrupt), key(Kind::suspend), key(Kind::quit)}},
      {"\x1b[A\x1b[B\x1b[C\x1b[D",
       {key(Kind::up), key(Kind::down), key(Kind::right), key(Kind::left)}},
      {"\x1bOH\x1bOF\x1b[1~\x1b[4~\x1b[3~",
       {key(Kind::home), key(Kind::end), key(Kind::home), key(Kind::end), key(Kind::erase)}},
      {"\x1b[1;5C\x1b\x62\x1b\r",
       {key(Kind::word_right), key(Kind::word_left), key(Kind::newline)}},
      {"\x1b[200~one\rtwo\x1b[A\x1b[201~x", {{Kind::paste, "one\ntwo\x1b[A"}, text("x")}},
  };
  for (const Case& c : cases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
      INFO(c.bytes << " in steps of " << step);
      CHECK(read(c.bytes, step) == c.keys);
    }
  }
}

TEST_CASE("what means nothing is swallowed whole") {
  for (const std::size_t step : {std::size_t{1}, std::size_t{1000}}) {
    CHECK(read("\x1b[?1;2c\x1b[99~\x1bZ\x02x\x13\xff\xc0y", step) ==
          Keys{key(Kind::left), text("x"), text("y")});
  }
}

TEST_CASE("a paste that is not UTF-8 is dropped as a whole") {
  CHECK(read("\x1b[200~a\xff\x62\x1b[201~c", 2) == Keys{text("c")});
}

TEST_CASE("Ctrl-C works behind an Escape and in a paste that has no end") {
  const struct {
    std::string bytes;
    Keys keys;
  } cases[] = {
      {"\x1b\x03", {key(Kind::interrupt)}},
      {"\x1b\x1b\x03", {key(Kind::interrupt)}},
      {"\x1bO\x03", {key(Kind::interrupt)}},
      {"\x1b[\x03", {key(Kind::interrupt)}},
      {"\x1b[1;\x03", {key(Kind::interrupt)}},
      {"\x1b\x04\x1b\x1a", {key(Kind::end_of_input), key(Kind::suspend)}},
      {"\xc3\x03", {key(Kind::interrupt)}},
      {"\x1b[200~\x03", {key(Kind::interrupt)}},
      {"\x1b[200~half a paste\x1b[20\x03x", {key(Kind::interrupt), text("x")}},
  };
  for (const auto& c : cases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
      INFO(c.bytes << " in steps of " << step);
      CHECK(read(c.bytes, step) == c.keys);
    }
  }
}

TEST_CASE("an Escape that nothing follows does not swallow the next key") {
  for (const std::string begun : {"\x1b", "\x1b[", "\x1bO", "\x1b[1;5"}) {
    KeyReader reader;
    CHECK_FALSE(reader.waiting());
    CHECK(reader.feed(begun).empty());
    CHECK(reader.waiting());
    reader.give_up();
    CHECK_FALSE(reader.waiting());
    CHECK(reader.feed("b") == Keys{text("b")});
  }
  KeyReader reader;
  CHECK(reader.feed("\x1b[200~half").empty());
  CHECK_FALSE(reader.waiting());
  reader.give_up();
  CHECK(reader.feed("\x1b[201~") == Keys{{Kind::paste, "half"}});
}

}  // namespace
}  // namespace wsb::cli

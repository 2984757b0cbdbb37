#include "cli/term/line_editor.h"

#include <catch2/catch.hpp>

#include <clocale>

namespace wsb::cli {
namespace {

using Wish = LineEditor::Wish;

// Types into an editor; a '|' in the answer stands where the cursor is.
struct Typist {
  Typist() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
  std::string type(const std::string& bytes) {
    for (const Key& key : reader.feed(bytes)) wish = editor.press(key);
    std::string out = editor.text();
    return out.insert(editor.cursor(), "|");
  }
  KeyReader reader;
  LineEditor editor;
  Wish wish = Wish::none;
};

TEST_CASE("keys edit the line where the cursor is") {
  struct Case {
    std::string keys;
    std::string result;
  };
  const Case cases[] = {
      {"abc", "abc|"},
      {"abc\x1b[D\x1b[DX", "aX|bc"},
      {"abc\x01X\x05Y", "XabcY|"},
      {"abc\x7f", "ab|"},
      {"abc\x01\x7f", "|abc"},
      {"abc\x01\x1b[3~", "|bc"},
      {"abc\x01\x04", "|bc"},
      {"abc\x1b[C", "abc|"},
      {"abc\x01\x1b[D", "|abc"},
      {"abc def\x1b[D\x1b[D\x0b", "abc d|"},
      {"abc def\x1b[D\x1b[D\x15", "|ef"},
      {"abc def  \x17", "abc |"},
      {"abc def\x1b[1;5D\x1b[1;5DX\x1b[1;5CY", "XabcY| def"},
      {"a\x1b\rb", "a\nb|"},
      {"\x1b[200~{\r  1\r}\x1b[201~", "{\n  1\n}|"},
      {"\xc3\xbc\xe4\xb8\xad\x1b[D\x7f", "|\xe4\xb8\xad"},
      {"e\xcc\x81\x7f", "|"},  // a letter and its combining accent are one
      {"ae\xcc\x81\x1b[D\x1b[DX", "X|ae\xcc\x81"},
  };
  for (const Case& c : cases) {
    INFO(c.keys);
    CHECK(Typist().type(c.keys) == c.result);
  }
}

TEST_CASE("enter hands out the line and begins anew") {
  Typist typist;
  CHECK(typist.type("hello\x01\r") == "|");
  CHECK(typist.wish == Wish::submit);
  CHECK(typist.editor.entered() == "hello");
}

TEST_CASE("end of input is a wish on an empty line only") {
  Typist typist;
  CHECK(typist.type("a\x04") == "a|");
  CHECK(typist.wish == Wish::none);
  typist.type("\x7f\x04");
  CHECK(typist.wish == Wish::end_of_input);
  typist.type("\x0c");
  CHECK(typist.wish == Wish::clear_screen);
}

TEST_CASE("up and down walk through what was entered and come back to the draft") {
  Typist typist;
  typist.type("one\rtwo\rtwo\r\r");
  CHECK(typist.type("draft") == "draft|");
  CHECK(typist.type("\x1b[A") == "two|");
  CHECK(typist.type("\x1b[A") == "one|");
  CHECK(typist.type("\x1b[A") == "one|");
  CHECK(typist.type("\x1b[B\x1b[B") == "draft|");
  CHECK(typist.type("\x1b[B") == "draft|");
  typist.type("\x1b[A!\r");
  CHECK(typist.editor.entered() == "two!");
  CHECK(typist.type("\x1b[A\x1b[A") == "two|");
}

}  // namespace
}  // namespace wsb::cli

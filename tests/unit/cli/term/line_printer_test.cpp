#include "cli/term/line_printer.h"

#include <catch2/catch.hpp>

#include <clocale>

namespace wsb::cli {
namespace {

std::string drawn(LinePrinter& printer, std::string_view text, std::size_t cursor) {
  std::string out;
  printer.draw(out, "> ", text, cursor);
  return out;
}

TEST_CASE("a short line is drawn in one row with the cursor in its place") {
  LinePrinter printer(80, 24);
  CHECK_FALSE(printer.drawn());
  CHECK(drawn(printer, "abc", 3) == "> abc\r\x1b[5C");
  CHECK(printer.drawn());
  CHECK(drawn(printer, "abc", 1) == "\r\x1b[J> abc\r\x1b[3C");
  std::string out;
  printer.erase(out);
  CHECK(out == "\r\x1b[J");
  CHECK_FALSE(printer.drawn());
  printer.erase(out);
  CHECK(out == "\r\x1b[J");
}

TEST_CASE("all rows of a wrapped line are erased") {
  LinePrinter printer(10, 24);
  CHECK(drawn(printer, "abcdefghijkl", 12) == "> abcdefgh\r\nijkl\r\x1b[4C");
  std::string out;
  printer.erase(out);
  CHECK(out == "\x1b[1A\r\x1b[J");
}

TEST_CASE("the cursor may stand in any row, and behind a full one on the next") {
  LinePrinter printer(10, 24);
  CHECK(drawn(printer, "abcdefghijkl", 2) == "> abcdefgh\r\nijkl\x1b[1A\r\x1b[4C");
  CHECK(drawn(printer, "abcdefgh", 8) == "\r\x1b[J> abcdefgh\r\n\r");
  CHECK(drawn(printer, "abcdefghi", 8) == "\x1b[1A\r\x1b[J> abcdefgh\r\ni\r");
}

TEST_CASE("wide characters are not cut, and controls do not reach the terminal") {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  LinePrinter printer(10, 24);
  CHECK(drawn(printer, "abcdefg\xe4\xb8\xad", 10) == "> abcdefg\r\n\xe4\xb8\xad\r\x1b[2C");
  printer.forget();
  CHECK(drawn(printer, "a\nb\x1b\t\xc2\x9b", 0) ==
        "> a\xe2\x86\xb5"
        "b^[ ?\r\x1b[2C");
}

TEST_CASE("after the terminal became narrower the rows it made are erased too") {
  LinePrinter printer(20, 24);
  CHECK(drawn(printer, "abcdefghijklmnop", 16) == "> abcdefghijklmnop\r\x1b[18C");
  printer.resize(10, 24);
  std::string out;
  printer.erase(out);
  CHECK(out == "\x1b[1A\r\x1b[J");
}

TEST_CASE("of a line taller than the screen the rows around the cursor are drawn") {
  LinePrinter printer(10, 4);
  std::string text;
  for (char row = '1'; row <= '9'; ++row) text += std::string(row == '1' ? 8 : 10, row);
  const std::string rows = "6666666666\r\n7777777777\r\n8888888888";
  CHECK(drawn(printer, text, 0) ==
        "> 11111111\r\n2222222222\r\n3333333333\x1b[2A\r\x1b[2C");
  // The cursor in the middle row, and what was drawn before is erased.
  CHECK(drawn(printer, text, 8 + 5 * 10 + 3) == "\r\x1b[J" + rows + "\x1b[1A\r\x1b[3C");
  CHECK(drawn(printer, text, text.size()) ==
        "\x1b[1A\r\x1b[J8888888888\r\n9999999999\r\n\r");
  std::string out;
  printer.erase(out);
  CHECK(out == "\x1b[2A\r\x1b[J");
}

TEST_CASE("a key in a long line costs one screen, not the whole line") {
  LinePrinter printer(80, 24);
  const std::string text(1'000'000, 'x');
  for (const std::size_t cursor : {std::size_t{0}, text.size() / 2, text.size()}) {
    CHECK(drawn(printer, text, cursor).size() < 80 * 24 + 100);
  }
}

TEST_CASE("a screen of a single row still shows the row of the cursor") {
  LinePrinter printer(10, 1);
  CHECK(drawn(printer, "abcdefghijkl", 12) == "ijkl\r\x1b[4C");
  CHECK(drawn(printer, "abcdefghijkl", 0) == "\r\x1b[J> abcdefgh\r\x1b[2C");
}

}  // namespace
}  // namespace wsb::cli

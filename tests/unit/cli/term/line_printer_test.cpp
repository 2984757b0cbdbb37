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
  LinePrinter printer(80);
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
  LinePrinter printer(10);
  CHECK(drawn(printer, "abcdefghijkl", 12) == "> abcdefgh\r\nijkl\r\x1b[4C");
  std::string out;
  printer.erase(out);
  CHECK(out == "\x1b[1A\r\x1b[J");
}

TEST_CASE("the cursor may stand in any row, and behind a full one on the next") {
  LinePrinter printer(10);
  CHECK(drawn(printer, "abcdefghijkl", 2) == "> abcdefgh\r\nijkl\x1b[1A\r\x1b[4C");
  CHECK(drawn(printer, "abcdefgh", 8) == "\r\x1b[J> abcdefgh\r\n\r");
  CHECK(drawn(printer, "abcdefghi", 8) == "\x1b[1A\r\x1b[J> abcdefgh\r\ni\r");
}

TEST_CASE("wide characters are not cut, and controls do not reach the terminal") {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  LinePrinter printer(10);
  CHECK(drawn(printer, "abcdefg\xe4\xb8\xad", 10) == "> abcdefg\r\n\xe4\xb8\xad\r\x1b[2C");
  printer.forget();
  CHECK(drawn(printer, "a\nb\x1b\t\xc2\x9b", 0) ==
        "> a\xe2\x86\xb5"
        "b^[ ?\r\x1b[2C");
}

TEST_CASE("after the terminal became narrower the rows it made are erased too") {
  LinePrinter printer(20);
  CHECK(drawn(printer, "abcdefghijklmnop", 16) == "> abcdefghijklmnop\r\x1b[18C");
  printer.resize(10);
  std::string out;
  printer.erase(out);
  CHECK(out == "\x1b[1A\r\x1b[J");
}

}  // namespace
}  // namespace wsb::cli

#include "cli/term/line_printer.h"

#include <catch2/catch.hpp>
#include <clocale>
#include <cstdlib>

#include "cli/term/style.h"
#include "cli/term/text_width.h"

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
  CHECK(drawn(printer, "a\nb\x1b\t\xc2\x9b", 0) == "> a\xe2\x86\xb5" "b^[ ?\r\x1b[2C");
}

TEST_CASE("after the terminal became narrower the rows it made are erased too") {
  LinePrinter printer(20);
  CHECK(drawn(printer, "abcdefghijklmnop", 16) == "> abcdefghijklmnop\r\x1b[18C");
  printer.resize(10);
  std::string out;
  printer.erase(out);
  CHECK(out == "\x1b[1A\r\x1b[J");
}

TEST_CASE("widths count cells") {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  CHECK(text_width("abc") == 3);
  CHECK(text_width("\xe4\xb8\xad\xe6\x96\x87") == 4);
  CHECK(text_width("e\xcc\x81") == 1);
  CHECK(text_width("\xf0\x9f\x90\xa2") == 2);
  CHECK(code_point("\xf0\x9f\x90\xa2") == U'\U0001F422');
}

TEST_CASE("colours are used when they are wanted") {
  CHECK(Style(true).paint(Style::Tone::dim, "x") == "\x1b[2mx\x1b[0m");
  CHECK(Style(true).paint(Style::Tone::plain, "x") == "x");
  CHECK(Style(false).paint(Style::Tone::failure, "x") == "x");
}

TEST_CASE("NO_COLOR and a dumb terminal turn colours off") {
  ::setenv("TERM", "xterm", 1);
  ::unsetenv("NO_COLOR");
  CHECK(Style::from_environment().paint(Style::Tone::dim, "x") != "x");
  ::setenv("NO_COLOR", "1", 1);
  CHECK(Style::from_environment().paint(Style::Tone::dim, "x") == "x");
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  CHECK(terminal_is_dumb());
  CHECK(Style::from_environment().paint(Style::Tone::dim, "x") == "x");
  ::unsetenv("TERM");
  CHECK(terminal_is_dumb());
}

}  // namespace
}  // namespace wsb::cli

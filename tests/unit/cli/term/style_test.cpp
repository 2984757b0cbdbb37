#include "cli/term/style.h"

#include <catch2/catch.hpp>

#include <cstdlib>

namespace wsb::cli {
namespace {

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

#include "cli/term/text_width.h"

#include <catch2/catch.hpp>

#include <clocale>

namespace wsb::cli {
namespace {

TEST_CASE("widths count cells") {
  std::setlocale(LC_CTYPE, "C.UTF-8");
  CHECK(text_width("abc") == 3);
  CHECK(text_width("\xe4\xb8\xad\xe6\x96\x87") == 4);
  CHECK(text_width("e\xcc\x81") == 1);
  CHECK(text_width("\xf0\x9f\x90\xa2") == 2);
  CHECK(code_point("\xf0\x9f\x90\xa2") == U'\U0001F422');
}

}  // namespace
}  // namespace wsb::cli

#include "core/base/utf8.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace wsb;
using namespace std::string_literals;

namespace {

std::string encode(char32_t c) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6U), byte(0x80 | (c & 63U))};
  if (c < 0x10000) {
    return {byte(0xE0 | c >> 12U), byte(0x80 | (c >> 6U & 63U)), byte(0x80 | (c & 63U))};
  }
  return {byte(0xF0 | c >> 18U), byte(0x80 | (c >> 12U & 63U)), byte(0x80 | (c >> 6U & 63U)),
          byte(0x80 | (c & 63U))};
}

struct Refused {
  const char* why;
  std::string bytes;
  std::size_t fails_at;  // how many bytes are taken before the first that cannot be right
};

const std::vector<Refused>& refused() {
  static const std::vector<Refused> table = {
      {"a continuation byte alone", "\x80", 0},
      {"the highest continuation byte alone", "\xBF", 0},
      {"overlong in two bytes", "\xC0\xAF", 0},
      {"overlong in two bytes, highest", "\xC1\xBF", 0},
      {"overlong in three bytes", "\xE0\x9F\xBF", 1},
      {"overlong in four bytes", "\xF0\x8F\xBF\xBF", 1},
      {"lowest high surrogate", "\xED\xA0\x80", 1},
      {"highest low surrogate", "\xED\xBF\xBF", 1},
      {"above U+10FFFF", "\xF4\x90\x80\x80", 1},
      {"a lead of the range above", "\xF5\x80\x80\x80", 0},
      {"five bytes", "\xF8\x88\x80\x80\x80", 0},
      {"FE", "\xFE", 0},
      {"FF", "\xFF", 0},
      {"two bytes cut short by ASCII", "\xC3 ", 1},
      {"three bytes cut short by ASCII", "\xE2\x82 ", 2},
      {"four bytes cut short by a lead", "\xF0\x9F\x98\xC3", 3},
      {"RFC 6455 suite: surrogate within a Greek word",
       "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5\xED\xA0\x80", 12},
  };
  return table;
}

}  // namespace

TEST_CASE("every code point but the surrogates is valid, whole and byte by byte") {
  Utf8Validator validator;
  int wrong = 0;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string bytes = encode(c);
    if (!is_valid_utf8(bytes)) ++wrong;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (!validator.feed({&bytes[i], 1})) ++wrong;
      if (validator.complete() != (i + 1 == bytes.size())) ++wrong;
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("invalid text fails at the first impossible byte and stays failed") {
  for (const Refused& row : refused()) {
    INFO(row.why);
    CHECK_FALSE(is_valid_utf8(row.bytes));
    Utf8Validator validator;
    for (std::size_t i = 0; i < row.bytes.size(); ++i) {
      CHECK(validator.feed({&row.bytes[i], 1}) == (i < row.fails_at));
    }
    CHECK_FALSE(validator.feed("ascii"));
    CHECK_FALSE(validator.complete());
    validator.reset();
    CHECK(validator.feed("ascii"));
    CHECK(validator.complete());
  }
}

TEST_CASE("an error is found at every offset from the eight-byte steps") {
  for (const Refused& row : refused()) {
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text = std::string(before, 'a') + row.bytes + std::string(20, 'z');
      INFO(row.why << " after " << before << " letters");
      CHECK_FALSE(is_valid_utf8(text));
    }
  }
}

TEST_CASE("a text cut anywhere into two gives the same verdict as the whole") {
  const std::string text = "Grüße, 世界 😀 und mehr als acht ASCII-Zeichen am Stück";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Validator validator;
    CHECK(validator.feed({text.data(), cut}));
    CHECK(validator.feed({text.data() + cut, text.size() - cut}));
    CHECK(validator.complete());
  }
}

TEST_CASE("a text that ends within a character is not complete") {
  for (const std::string& text : {"\xC3"s, "\xE2\x82"s, "\xF0\x9F\x98"s, "abcdefgh\xF0"s}) {
    Utf8Validator validator;
    CHECK(validator.feed(text));
    CHECK_FALSE(validator.complete());
    CHECK_FALSE(is_valid_utf8(text));
  }
}

TEST_CASE("nothing is valid text, and so is NUL") {
  CHECK(is_valid_utf8(""));
  CHECK(is_valid_utf8("\0"s));
  CHECK(Utf8Validator().complete());
  Utf8Validator validator;
  CHECK(validator.feed(""));
}

TEST_CASE("the valid prefix ends before the first character that is bad or cut off") {
  CHECK(valid_utf8_prefix("") == 0);
  CHECK(valid_utf8_prefix("abcdefghijklmnop") == 16);
  CHECK(valid_utf8_prefix("äöü") == 6);
  CHECK(valid_utf8_prefix("äöü\xFFzzzzzzzzz") == 6);
  CHECK(valid_utf8_prefix("abcdefgh\xE2\x82") == 8);
  CHECK(valid_utf8_prefix("abcdefghi\xE2\x82zzzzzzzz") == 9);
  CHECK(valid_utf8_prefix("\xED\xA0\x80") == 0);
}

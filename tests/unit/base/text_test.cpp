#include "core/base/text.h"

#include <catch2/catch.hpp>

#include <limits>

using namespace wsb;
using namespace std::string_literals;

TEST_CASE("case is ignored for ASCII letters only") {
  CHECK(equals_ignore_case("", ""));
  CHECK(equals_ignore_case("Upgrade", "uPGRADE"));
  CHECK_FALSE(equals_ignore_case("upgrade", "upgrades"));
  CHECK_FALSE(equals_ignore_case("upgrades", "upgrade"));
  CHECK_FALSE(equals_ignore_case("@", "`"));
  CHECK_FALSE(equals_ignore_case("[", "{"));
  CHECK_FALSE(equals_ignore_case("Ä", "ä"));
}

TEST_CASE("lower case changes ASCII letters only") {
  CHECK(to_lower("Sec-WebSocket-KEY [@Ä]") == "sec-websocket-key [@Ä]");
}

TEST_CASE("trim takes spaces and tabs off both ends and nothing else") {
  CHECK(trim("") == "");
  CHECK(trim(" \t ") == "");
  CHECK(trim("\t a b \t") == "a b");
  CHECK(trim("a") == "a");
  CHECK(trim("\r\na\n") == "\r\na\n");
}

TEST_CASE("split keeps empty parts") {
  using Parts = std::vector<std::string_view>;
  CHECK(split("", ',') == Parts{""});
  CHECK(split("a", ',') == Parts{"a"});
  CHECK(split(",", ',') == Parts{"", ""});
  CHECK(split("a,,b,", ',') == Parts{"a", "", "b", ""});
}

TEST_CASE("format writes as printf does, at any length") {
  CHECK(format("plain") == "plain");
  CHECK(format("%d of %s: %.2f", 3, "four", 0.756) == "3 of four: 0.76");
  const std::string longer(5000, 'x');
  CHECK(format("<%s>", longer.c_str()) == "<" + longer + ">");
}

TEST_CASE("thousands are set apart by commas") {
  CHECK(with_thousands(0) == "0");
  CHECK(with_thousands(999) == "999");
  CHECK(with_thousands(1000) == "1,000");
  CHECK(with_thousands(123456) == "123,456");
  CHECK(with_thousands(1234567) == "1,234,567");
  CHECK(with_thousands(std::numeric_limits<unsigned long long>::max()) ==
        "18,446,744,073,709,551,615");
}

TEST_CASE("printable text passes unchanged") {
  CHECK(printable("") == "");
  CHECK(printable("Grüße \\ 世界 😀 \u00A0") == "Grüße \\ 世界 😀 \u00A0");
}

TEST_CASE("control characters are shown as their bytes") {
  CHECK(printable("a\x1B[2Jb") == "a\\x1b[2Jb");
  CHECK(printable("\0\x01\x1F\x7F"s) == "\\x00\\x01\\x1f\\x7f");
  CHECK(printable("a\tb\nc\r") == "a\\x09b\\x0ac\\x0d");
  CHECK(printable("\u0080\u009B1m\u009F") == "\\xc2\\x80\\xc2\\x9b1m\\xc2\\x9f");
}

TEST_CASE("the controls that are to be kept are kept") {
  CHECK(printable("a\tb\nc\r", "\n\t") == "a\tb\nc\\x0d");
}

TEST_CASE("bytes that are not UTF-8 are shown as bytes, and the text goes on after them") {
  CHECK(printable("\xFF") == "\\xff");
  CHECK(printable("a\x9B"
                  "b") == "a\\x9bb");
  CHECK(printable("ä\xE2\x82ö\xC2") == "ä\\xe2\\x82ö\\xc2");
  CHECK(printable("\xED\xA0\x80") == "\\xed\\xa0\\x80");
}

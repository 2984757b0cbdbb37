#include "core/base/json_text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace wsb;
using namespace std::string_literals;

TEST_CASE("a JSON string escapes what RFC 8259 section 7 wants escaped and nothing more") {
  CHECK(json_string("") == R"("")");
  CHECK(json_string("plain /text/ 世界 😀 \x7F") == "\"plain /text/ 世界 😀 \x7F\"");
  CHECK(json_string("a\"b\\c") == R"("a\"b\\c")");
  CHECK(json_string("\b\f\n\r\t") == R"("\b\f\n\r\t")");
  CHECK(json_string("\0\x01\x1F"s) == R"("\u0000\u0001\u001f")");
}

TEST_CASE("a JSON string is appended to what is there") {
  std::string out = "{\"payload\":";
  append_json_string(out, "hi");
  CHECK(out == R"({"payload":"hi")");
}

TEST_CASE("each byte that is not UTF-8 becomes U+FFFD in a JSON string") {
  CHECK(json_string("a\xFF\"z") == "\"a\uFFFD\\\"z\"");
  CHECK(json_string("\xE2\x82") == "\"\uFFFD\uFFFD\"");
  CHECK(json_string("abcdefgh\xED\xA0\x80") == "\"abcdefgh\uFFFD\uFFFD\uFFFD\"");
}

TEST_CASE("every character of the lower planes survives a JSON reader") {
  std::string text;
  for (char c = 1; c > 0 && c < 127; ++c) text.push_back(c);
  text += "äöü\u2028\u2029\uFFFF😀";
  CHECK(nlohmann::json::parse(json_string(text)).get<std::string>() == text);
}

TEST_CASE("JSON objects and arrays are containers") {
  const char* text = GENERATE(
      "{}", "[]", " \t\r\n{ } \n", R"({"a":1})", R"({"a":{"b":[1,2,{"c":null}]},"d":[]})",
      "[true,false,null]", R"(["",  "\"\\\/\b\f\n\r\t\u00e4\uD83D\uDE00"])", "[[],[[]],{}]",
      "[0,-0,1,-1,10,0.5,-0.5e10,1E+2,1e-2,123456789012345678901234567890,1e999]",
      R"({"":""})", R"({"a":1,"a":2})", R"(["\ud800"])", "[\"\u2028\x7F\"]");
  INFO(text);
  CHECK(is_json_container(text));
}

TEST_CASE("anything but one whole JSON object or array is not a container") {
  const char* text = GENERATE(
      "", " ", "null", "1", "\"a\"", "hi", "{", "[", "}", "]", "{]", "[}", "{}{}", "[] []", "[],",
      "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}",
      "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[tru]", "[True]", "[nul", "[NaN]", "[Infinity]",
      "[+1]", "[.5]", "[1.]", "[01]", "[-]", "[1e]", "[1e+]", "[0x1]", "[\"a]", "[\"\\",
      "[\"\\x\"]", "[\"\\u12\"]", "[\"\\u12g4\"]", "[\"\n\"]", "[\"\t\"]", "[/*c*/]", "[1]//c",
      "\v[]", "\uFEFF[]", "[\"\xFF\"]", "[\"\xED\xA0\x80\"]", "[[1]", "[1]]", "[\"a\"\"b\"]",
      "[[]{}]");
  INFO(text);
  CHECK_FALSE(is_json_container(text));
}

TEST_CASE("a NUL byte is not JSON anywhere") {
  for (const std::string& text : {"\0[]"s, "[\0]"s, "[]\0"s, "[\"\0\"]"s, "[\"\\\0\"]"s}) {
    CHECK_FALSE(is_json_container(text));
  }
}

TEST_CASE("nesting is allowed to the limit and not one level deeper") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(is_json_container(nested(512)));
  CHECK_FALSE(is_json_container(nested(513)));
  CHECK(is_json_container("[{\"a\":[1]}]", 3));
  CHECK_FALSE(is_json_container("[{\"a\":[1]}]", 2));
  CHECK_FALSE(is_json_container("[]", 0));
  CHECK_FALSE(is_json_container(std::string(10'000'000, '[')));
}

TEST_CASE("the verdict is that of a full parser for a text with any one byte changed") {
  const std::string text = R"( {"a":[1,-2.5e+3,"x\u00e4\n",{}],"b":{"c":null,"d":[true,false]}} )";
  int disagreements = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int byte = 1; byte < 256; ++byte) {  // the full parser takes NUL for the end of input
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      const auto document = nlohmann::json::parse(changed, nullptr, false);
      if (is_json_container(changed) != (document.is_object() || document.is_array())) {
        UNSCOPED_INFO(changed);
        ++disagreements;
      }
    }
  }
  CHECK(disagreements == 0);
}

TEST_CASE("the verdict is that of a full parser for a text cut off anywhere") {
  const std::string text = R"([{"k":"v\\","n":[0.1,10],"t":true},null,"end"])";
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(is_json_container(std::string_view(text).substr(0, size)));
    CHECK_FALSE(is_json_container(std::string_view(text).substr(size + 1)));
  }
  CHECK(is_json_container(text));
}

#include "core/base/json_scanner.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

using namespace wsb;

namespace {

using Views = std::vector<std::string_view>;

struct ArrayCase {
  std::string text;
  Views elements;
};

std::string nested(int depth) {
  const auto count = static_cast<std::size_t>(depth);
  return std::string(count, '[') + std::string(count, ']');
}

}  // namespace

TEST_CASE("an array is split into the texts of its elements") {
  const ArrayCase cases[] = {
      {"[]", {}},
      {" [ ] ", {}},
      {"[1]", {"1"}},
      {"[\"a\",\"b\"]", {"\"a\"", "\"b\""}},
      {"\t[ 1 ,\r\n \"x, y]\" , {\"a\" : [1, 2]} , [ ] ]\n",
       {"1", "\"x, y]\"", "{\"a\" : [1, 2]}", "[ ]"}},
      {R"(["\"]","\\",null,true,false,-0.5e+3])",
       {R"("\"]")", R"("\\")", "null", "true", "false", "-0.5e+3"}},
      {"[\"\xC3\xA9\"]", {"\"\xC3\xA9\""}},
  };
  for (const ArrayCase& c : cases) {
    CAPTURE(c.text);
    Views elements{"left over"};
    CHECK(split_json_array(c.text, elements, 16));
    CHECK(elements == c.elements);
  }
}

TEST_CASE("what is no valid array is not split") {
  const std::string cases[] = {
      "",
      " ",
      "{}",
      "1",
      "[",
      "]",
      "[1",
      "[1,",
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1]]",
      "[1]x",
      "[01]",
      "[+1]",
      "[.5]",
      "[1.]",
      "[1e]",
      "[-]",
      "[nul]",
      "[True]",
      "['a']",
      "[\"a]",
      "[\"\\x\"]",
      "[\"\\u12g4\"]",
      "[\"\\",
      "[\"\n\"]",
      "[{\"a\"}]",
      "[{\"a\":}]",
      "[{a:1}]",
      "[{\"a\":1,}]",
      "[\"\xC3\"]",
      "[\"\xED\xA0\x80\"]",
      "[\xC3\xA9]",
      std::string("[\0]", 3),
      "[1}",
      "[{]}",
      "[NaN]",
      "[Infinity]",
      "[/**/]",
  };
  for (const std::string& text : cases) {
    CAPTURE(text);
    Views elements;
    CHECK_FALSE(split_json_array(text, elements, 16));
    const nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
    CHECK_FALSE(document.is_array());
  }
  Views elements;
  CHECK_FALSE(split_json_array("\xEF\xBB\xBF[]", elements, 16));  // a byte order mark
}

TEST_CASE("an array has a limit on its elements and its depth") {
  Views elements;
  CHECK(split_json_array("[1,2,3]", elements, 3));
  CHECK_FALSE(split_json_array("[1,2,3,4]", elements, 3));
  CHECK_FALSE(split_json_array("[1]", elements, 0));
  CHECK(split_json_array("[]", elements, 0));
  CHECK(split_json_array(nested(limits::kJsonDepth), elements, 1));
  CHECK_FALSE(split_json_array(nested(limits::kJsonDepth + 1), elements, 1));
  CHECK_FALSE(split_json_array(std::string(1'000'000, '['), elements, 1));
}

TEST_CASE("an object is split into keys and values") {
  JsonMembers members;
  REQUIRE(split_json_object(R"( {"a":1 , "b\u0063" :[{}],"a":"x"} )", members, 3));
  CHECK(members == JsonMembers{{R"("a")", "1"}, {R"("b\u0063")", "[{}]"}, {R"("a")", R"("x")"}});
  CHECK(find_json_member(members, "bc") == "[{}]");
  CHECK(find_json_member(members, "a") == R"("x")");
  CHECK_FALSE(find_json_member(members, "c"));
  CHECK(split_json_object("{}", members, 0));
  CHECK(members.empty());
  CHECK_FALSE(split_json_object(R"({"a":1,"b":2})", members, 1));
  for (const std::string_view text :
       {"", "[]", "{", "}", "{a:1}", R"({"a"})", R"({"a":})", R"({"a":1,})", R"({"a":1}})",
        R"({"a":1]", R"({1:1})", "{\"\xFF\":1}"}) {
    CAPTURE(text);
    CHECK_FALSE(split_json_object(text, members, 9));
  }
}

TEST_CASE("a JSON string is read") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"("")", ""},
      {R"("plain")", "plain"},
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("\u0041\u00e9\u20AC")", "A\xC3\xA9\xE2\x82\xAC"},
      {R"("\ud83d\ude00!")", "\xF0\x9F\x98\x80!"},
      {R"("\ud83d")", "\xEF\xBF\xBD"},
      {R"("\ude00x")", "\xEF\xBF\xBDx"},
      {R"("\ud83d\u0041")",
       "\xEF\xBF\xBD"
       "A"},
      {R"("a\\u0041")", "a\\u0041"},
  };
  std::string out = "left over";
  for (const auto& [json, expected] : cases) {
    CAPTURE(json);
    CHECK(read_json_string(json, out));
    CHECK(out == expected);
  }
  CHECK_FALSE(read_json_string("1", out));
  CHECK_FALSE(read_json_string("[\"a\"]", out));
}

TEST_CASE("elements are what another parser reads") {
  const std::string text = R"([ "broadcast" , {"k":[1,2,{"deep":["\u00e9",null]}],"":-1.5e-7} , )"
                           R"([[],{}] ,"\ud83d\ude00"])";
  Views elements;
  REQUIRE(split_json_array(text, elements, 9));
  const nlohmann::json document = nlohmann::json::parse(text);
  REQUIRE(elements.size() == document.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    CHECK(nlohmann::json::parse(elements[i]) == document[i]);
  }
}

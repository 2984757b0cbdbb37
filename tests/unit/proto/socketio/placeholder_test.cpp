#include "core/proto/socketio/placeholder.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::socketio;

namespace {

using Nums = std::vector<std::size_t>;

// The texts of what was found, with their numbers; or the refusal.
std::vector<std::string> found_in(BytesView json, std::size_t attachments) {
  std::vector<Placeholder> found;
  const auto result = find_placeholders(json, attachments, found);
  if (!result) return {result.error().message};
  std::vector<std::string> texts;
  for (const Placeholder& p : found) {
    texts.push_back(std::to_string(p.num) + " " + Bytes(json.substr(p.begin, p.end - p.begin)));
  }
  return texts;
}

}  // namespace

TEST_CASE("placeholders are found at any depth, however they are written") {
  using Texts = std::vector<std::string>;
  CHECK(found_in(R"([1,"a",{"b":[true,null]}])", 1).empty());
  CHECK(found_in(R"({"_placeholder":true,"num":0})", 1) ==
        Texts{R"(0 {"_placeholder":true,"num":0})"});
  CHECK(found_in(R"([{"_placeholder":true,"num":1},{"a":[{"num":0,"_placeholder":true}]}])", 2) ==
        Texts{R"(1 {"_placeholder":true,"num":1})", R"(0 {"num":0,"_placeholder":true})"});
  CHECK(found_in(R"([{ "_placeholder" : true , "num" : 0 , "more":[1,{}] }])", 1) ==
        Texts{R"(0 { "_placeholder" : true , "num" : 0 , "more":[1,{}] })"});
  CHECK(found_in(R"([{"\u005fplaceholder":true,"n\u0075m":0}])", 1) ==
        Texts{R"(0 {"\u005fplaceholder":true,"n\u0075m":0})"});
  CHECK(found_in(R"([{"_placeholder":true,"num":9,"num":0}])", 1) ==
        Texts{R"(0 {"_placeholder":true,"num":9,"num":0})"});
  const std::string once = R"({"_placeholder":true,"num":0})";
  CHECK(found_in("[" + once + "," + once + "]", 1) == Texts{"0 " + once, "0 " + once});
}

TEST_CASE("what only looks like a placeholder is none") {
  for (const std::string_view json :
       {R"({"_placeholder":false,"num":5})", R"({"_placeholder":"true","num":5})",
        R"({"_placeholder":1,"num":5})", R"({"_placeholder":{"a":true},"num":5})",
        R"({"_placeholder":[true],"num":5})", R"({"_placeholder":true,"_placeholder":null})",
        R"({"_placeholder":true,"_placeholder":[]})", R"(["_placeholder",true,"num",5])",
        R"({"a":"{\"_placeholder\":true,\"num\":5}"})", R"("_placeholder")",
        R"({"x":"_placeholder","true":"num"})", "true", "[]", "-1.5",
        R"({"_placeholder ":true})"}) {
    CAPTURE(json);
    CHECK(found_in(json, 1).empty());
  }
}

TEST_CASE("a placeholder that names no attachment is refused") {
  const std::vector<std::string> refused{"illegal attachments: a placeholder names none of the 2"};
  for (const std::string_view json :
       {R"([{"_placeholder":true,"num":2}])", R"([{"_placeholder":true,"num":-1}])",
        R"([{"_placeholder":true,"num":0.5}])", R"([{"_placeholder":true,"num":"0"}])",
        R"([{"_placeholder":true,"num":null}])", R"([{"_placeholder":true,"num":[0]}])",
        R"([{"_placeholder":true}])", R"([{"_placeholder":true,"num":0,"num":"x"}])",
        R"([{"_placeholder":true,"num":0,"num":[0]}])",
        R"([{"_placeholder":true,"num":99999999999999999999}])",
        R"({"a":{"b":{"_placeholder":true,"num":2}}})"}) {
    CAPTURE(json);
    CHECK(found_in(json, 2) == refused);
  }
}

TEST_CASE("placeholders are numbered anew when a part is relayed") {
  struct Case {
    std::string json;
    std::string expected;
    Nums order;
  };
  const Case cases[] = {
      {R"({"a":1})", R"({"a":1})", {}},
      {R"({"_placeholder":true,"num":3})", R"({"_placeholder":true,"num":0})", {3}},
      {R"([{"num":4,"_placeholder":true}, "x",{"_placeholder":true,"num":1}])",
       R"([{"_placeholder":true,"num":0}, "x",{"_placeholder":true,"num":1}])",
       {4, 1}},
      {R"([{"_placeholder":true,"num":2},{"_placeholder":true,"num":2}])",
       R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])",
       {2}},
      {R"({"_placeholder":true,"num":1,"x":{"_placeholder":true,"num":2}})",
       R"({"_placeholder":true,"num":0})",
       {1}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.json);
    std::vector<Placeholder> found;
    REQUIRE(find_placeholders(c.json, 5, found));
    Nums order;
    Bytes out = ">";
    append_renumbered(out, c.json, found, order);
    CHECK(out == ">" + c.expected);
    CHECK(order == c.order);
  }
}

TEST_CASE("arguments that are relayed one after the other share one numbering") {
  const std::string first = R"({"_placeholder":true,"num":3})";
  const std::string second = R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":3}])";
  std::vector<Placeholder> found;
  Nums order;
  Bytes out;
  for (const std::string& json : {first, second}) {
    REQUIRE(find_placeholders(json, 4, found));
    append_renumbered(out, json, found, order);
    out += ' ';
  }
  CHECK(out == R"({"_placeholder":true,"num":0} [{"_placeholder":true,"num":1},)"
               R"({"_placeholder":true,"num":0}] )");
  CHECK(order == Nums{3, 0});
}

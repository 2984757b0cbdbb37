#include "core/app/static_path.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace wsb::app;
using namespace std::string_view_literals;
using Names = std::vector<std::string>;

TEST_CASE("a path becomes names below the folder, decoded once") {
  struct Case {
    std::string_view path;
    Names names;
    bool folder;
  };
  const Case cases[] = {
      {"/", {}, true},
      {"/index.html", {"index.html"}, false},
      {"/a/b/c.js", {"a", "b", "c.js"}, false},
      {"/a/", {"a"}, true},
      {"/a%20b.txt", {"a b.txt"}, false},
      {"/gr%C3%BC%c3%9fe", {"grüße"}, false},
      {"/100%25", {"100%"}, false},
      {"/%2541", {"%41"}, false},
      {"/a..b/c.", {"a..b", "c."}, false},
      {"/~user+x", {"~user+x"}, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.path);
    const auto parsed = parse_static_path(c.path);
    REQUIRE(parsed.has_value());
    CHECK(parsed->names == c.names);
    CHECK(parsed->folder == c.folder);
  }
}

TEST_CASE("no path leads out of the folder or to a dot file") {
  const std::string_view refused[] = {
      "", "index.html", "*",
      "/..", "/../etc/passwd", "/a/../b", "/a/..", "/.", "/./a", "/a/.",
      "/%2e%2e/etc/passwd", "/.%2e/x", "/%2E/x", "/a/%2e%2e/%2e%2e/x",
      "/..%2f..%2fetc", "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/..\\x",
      "/.env", "/.git/config", "/a/.htpasswd", "/%2egit/config",
      "//", "//etc/passwd", "/a//b", "/a//",
      "/a%00.html", "/%00", "/a%0a", "/a%7f", "/a\x01"sv, "/a\0b"sv,
      "/%", "/%2", "/%zz", "/%2g", "/% 1", "/%1 ",
  };
  for (const std::string_view path : refused) {
    CAPTURE(path);
    CHECK_FALSE(parse_static_path(path).has_value());
  }
}

TEST_CASE("folders nest to a limit") {
  std::string deep;
  for (int i = 0; i < 64; ++i) deep += "/x";
  CHECK(parse_static_path(deep).has_value());
  CHECK_FALSE(parse_static_path(deep + "/x").has_value());
}

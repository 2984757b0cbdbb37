#include "core/app/built_in_page.h"

#include <catch2/catch.hpp>
#include <string>

using namespace wsb;
using namespace wsb::app;

namespace {

constexpr WebAsset kAssets[] = {
    {"/", "text/html; charset=utf-8", "<!doctype html>"},
    {"/app.js", "text/javascript; charset=utf-8", "'use strict';"},
};

}  // namespace

TEST_CASE("the page is answered with its type, a validator and a strict policy") {
  const BuiltInPage page(kAssets);
  const auto response = page.find("/", std::nullopt);
  REQUIRE(response.has_value());
  CHECK(response->status == 200);
  CHECK(*response->body == "<!doctype html>");
  const http::Headers expected{
      {"Content-Type", "text/html; charset=utf-8"},
      {"Cache-Control", "no-cache"},
      {"ETag", std::string(response->headers.find("ETag").value())},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
       "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; "
       "frame-ancestors 'none'"},
  };
  CHECK(response->headers == expected);
}

TEST_CASE("the client for other pages may be kept, and states no policy") {
  constexpr WebAsset kClient[] = {{"/socket.io/socket.io.js", "text/javascript", "io"}};
  const auto response = BuiltInPage(kClient).find("/socket.io/socket.io.js", std::nullopt);
  REQUIRE(response.has_value());
  const http::Headers expected{
      {"Content-Type", "text/javascript"},
      {"Cache-Control", "public, max-age=0"},
      {"ETag", std::string(response->headers.find("ETag").value())},
      {"X-Content-Type-Options", "nosniff"},
  };
  CHECK(response->headers == expected);
}

TEST_CASE("answers share one body, and each file has a validator of its own") {
  const BuiltInPage page(kAssets);
  CHECK(page.find("/app.js", std::nullopt)->body == page.find("/app.js", std::nullopt)->body);
  CHECK(page.find("/", std::nullopt)->headers.find("ETag") !=
        page.find("/app.js", std::nullopt)->headers.find("ETag"));
}

TEST_CASE("who has the file already gets 304 without a body") {
  const BuiltInPage page(kAssets);
  const std::string etag(page.find("/", std::nullopt)->headers.find("ETag").value());
  const auto response = page.find("/", etag);
  CHECK(response->status == 304);
  CHECK(response->body == nullptr);
  CHECK(response->headers.find("ETag") == etag);
  CHECK(page.find("/", "\"other\"")->status == 200);
}

TEST_CASE("only the files that exist are found, by their exact path") {
  const BuiltInPage page(kAssets);
  for (const char* path : {"", "/index.html", "/app", "/app.js/", "/APP.JS", "//", "/%61pp.js"}) {
    CAPTURE(path);
    CHECK_FALSE(page.find(path, std::nullopt).has_value());
  }
}

TEST_CASE("entity tags are compared weakly, as a list, or match any") {
  CHECK(etag_matches("\"a\"", "\"a\""));
  CHECK(etag_matches("W/\"a\"", "\"a\""));
  CHECK(etag_matches("\"x\", W/\"a\"", "\"a\""));
  CHECK(etag_matches("*", "\"a\""));
  CHECK_FALSE(etag_matches("a", "\"a\""));
  CHECK_FALSE(etag_matches("\"ab\"", "\"a\""));
  CHECK_FALSE(etag_matches("", "\"a\""));
}

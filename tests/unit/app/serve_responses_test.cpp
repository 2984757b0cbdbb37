#include "core/app/serve_responses.h"

#include <catch2/catch.hpp>

TEST_CASE("a text answer is plain text that nobody keeps or guesses about") {
  const wsb::net::HttpResponse response = wsb::app::text_response(418, "short\n");
  CHECK(response.status == 418);
  CHECK(*response.body == "short\n");
  const wsb::http::Headers expected{{"Content-Type", "text/plain; charset=utf-8"},
                                    {"Cache-Control", "no-store"},
                                    {"X-Content-Type-Options", "nosniff"}};
  CHECK(response.headers == expected);
}

TEST_CASE("an answer that refuses a method or a handshake says what to do") {
  CHECK(wsb::app::method_not_allowed().headers.find("Allow") == "GET, HEAD");
  CHECK(wsb::app::upgrade_required().headers.find("Upgrade") == "websocket");
}

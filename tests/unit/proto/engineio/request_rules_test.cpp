#include "core/proto/engineio/request_rules.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::engineio;

namespace {

const http::Headers kPlain{{"Host", "a"}};
const http::Headers kUpgrade{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};

struct Case {
  std::string_view method;
  std::string_view query;
  const http::Headers* headers;
  std::optional<Transport> session;
  std::variant<Ask, RequestError> expected;
};

std::variant<Ask, RequestError> judge(const Case& c, std::optional<std::string> forbidden = {}) {
  const http::Query query = *http::Query::parse(c.query);
  return judge_request({c.method, query, *c.headers, std::move(forbidden)}, c.session);
}

const RequestError kTransportUnknown{0, 400, "Transport unknown"};
const RequestError kUnknownSession{1, 400, "Session ID unknown"};
const RequestError kBadMethod{2, 400, "Bad handshake method"};
const RequestError kBadRequest{3, 400, "Bad request"};
const RequestError kMethodNotAllowed{3, 405, "Bad request"};
const RequestError kUnsupported{5, 400, "Unsupported protocol version"};

}  // namespace

TEST_CASE("a request asks for one thing, or is refused in the order of the reference") {
  const auto polling = Transport::polling;
  const auto websocket = Transport::websocket;
  const http::Headers octets{{"Content-Type", "application/octet-stream; x=y"}};
  const http::Headers text{{"Content-Type", "text/plain;charset=UTF-8"}};
  const http::Headers bad_origin{{"Origin", "http://a\x01"}};
  const http::Headers other_upgrade{{"Upgrade", "h2c"}};
  const RequestError closing{3, 400, "Bad request", true};
  const Case cases[] = {
      {"GET", "EIO=4&transport=polling", &kPlain, {}, Ask::open_polling},
      {"GET", "EIO=4&transport=polling&t=abc&token=x", &kPlain, {}, Ask::open_polling},
      {"GET", "EIO=4&transport=polling&sid=", &kPlain, {}, Ask::open_polling},
      {"GET", "EIO=4&transport=polling", &other_upgrade, {}, Ask::open_polling},
      {"GET", "EIO=4&transport=websocket", &kUpgrade, {}, Ask::open_websocket},
      {"GET", "transport=polling&sid=s", &kPlain, polling, Ask::poll},
      {"POST", "EIO=4&transport=polling&sid=s", &kPlain, polling, Ask::post},
      {"POST", "EIO=4&transport=polling&sid=s", &text, polling, Ask::post},
      {"GET", "EIO=4&transport=websocket&sid=s", &kUpgrade, polling, Ask::probe},
      // The session declines it itself.
      {"GET", "EIO=4&transport=websocket&sid=s", &kUpgrade, websocket, Ask::probe},

      {"GET", "EIO=4", &kPlain, {}, kTransportUnknown},
      {"GET", "EIO=4&transport=abc", &kPlain, {}, kTransportUnknown},
      {"GET", "EIO=4&transport=Polling", &kPlain, {}, kTransportUnknown},
      {"PUT", "transport=&sid=s", &bad_origin, polling, kTransportUnknown},
      {"GET", "EIO=4&transport=polling", &bad_origin, {}, kBadRequest},
      {"GET", "EIO=4&transport=polling&sid=s", &bad_origin, {}, kBadRequest},
      {"GET", "EIO=4&transport=polling&sid=s", &kPlain, {}, kUnknownSession},
      {"POST", "EIO=4&transport=polling&sid=s", &kPlain, {}, kUnknownSession},
      {"GET", "EIO=4&transport=websocket&sid=s", &kUpgrade, {}, kUnknownSession},
      {"GET", "EIO=4&transport=polling&sid=s", &kPlain, websocket, kBadRequest},
      {"POST", "EIO=4&transport=polling&sid=s", &kPlain, websocket, kBadRequest},
      {"GET", "EIO=4&transport=websocket&sid=s", &kPlain, polling, kBadRequest},
      {"GET", "EIO=4&transport=websocket&sid=s", &kPlain, websocket, kBadRequest},
      {"GET", "EIO=4&transport=polling&sid=s", &kUpgrade, polling, kBadRequest},
      {"PUT", "EIO=4&transport=polling&sid=s", &kPlain, polling, kMethodNotAllowed},
      {"DELETE", "EIO=4&transport=polling&sid=s", &kPlain, polling, kMethodNotAllowed},
      {"POST", "EIO=4&transport=polling&sid=s", &octets, polling, closing},
      {"POST", "EIO=4&transport=polling", &kPlain, {}, kBadMethod},
      {"PUT", "transport=websocket", &kPlain, {}, kBadMethod},
      {"GET", "transport=websocket", &kPlain, {}, kBadRequest},
      {"GET", "EIO=4&transport=polling", &kUpgrade, {}, kBadRequest},
      {"GET", "transport=polling", &kPlain, {}, kUnsupported},
      {"GET", "EIO=abc&transport=polling", &kPlain, {}, kUnsupported},
      {"GET", "EIO=3&transport=polling", &kPlain, {}, kUnsupported},
      {"GET", "EIO=3&transport=websocket", &kUpgrade, {}, kUnsupported},
  };
  for (const Case& c : cases) {
    CAPTURE(c.method, c.query);
    CHECK(judge(c) == c.expected);
  }
}

TEST_CASE("a client without rights is refused on every request, after the form and before EIO") {
  const RequestError forbidden{4, 403, "origin not allowed"};
  const auto verdict = [](std::string_view method, std::string_view query,
                          std::optional<Transport> session) {
    return judge({method, query, &kPlain, session, {}}, "origin not allowed");
  };
  using Verdict = std::variant<Ask, RequestError>;
  CHECK(verdict("GET", "EIO=3&transport=polling", {}) == Verdict(forbidden));
  CHECK(verdict("GET", "EIO=4&transport=polling&sid=s", Transport::polling) == Verdict(forbidden));
  CHECK(verdict("POST", "EIO=4&transport=polling", {}) == Verdict(kBadMethod));
  CHECK(verdict("GET", "EIO=4&transport=polling&sid=s", {}) == Verdict(kUnknownSession));
}

TEST_CASE("the body of a refusal is its code and message") {
  CHECK(kTransportUnknown.json() == R"({"code":0,"message":"Transport unknown"})");
  CHECK(unknown_session().json() == R"({"code":1,"message":"Session ID unknown"})");
  CHECK(bad_request().json() == R"({"code":3,"message":"Bad request"})");
  CHECK(RequestError{4, 403, "no \"x\""}.json() == R"({"code":4,"message":"no \"x\""})");
}

TEST_CASE("the session that a request names is known before it is judged") {
  CHECK(session_id_of(*http::Query::parse("transport=polling&sid=n1-a")) == "n1-a");
  CHECK_FALSE(session_id_of(*http::Query::parse("transport=polling")));
  CHECK_FALSE(session_id_of(*http::Query::parse("sid=&transport=polling")));
}

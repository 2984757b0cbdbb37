#include "core/proto/ws/client_handshake.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"
#include "core/proto/ws/handshake_key.h"
#include "tests/unit/proto/ws/fixed_random.h"

using namespace wsb;
using namespace wsb::ws;
using State = ClientHandshake::State;

namespace {

constexpr const char* kKey = "N/ohPTf6IT03+iE9N/ohPQ==";  // of FixedRandom

ClientHandshakeOptions options() {
  ClientHandshakeOptions out;
  out.host = "example.com:3000";
  out.target = "/chat?room=1";
  return out;
}

ClientHandshake make(const ClientHandshakeOptions& with = options()) {
  test::FixedRandom random;
  return ClientHandshake(with, random);
}

std::string good_answer(const std::string& more = "") {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         accept_for_key(kKey) + "\r\n" + more + "\r\n";
}

// The message of the error that the answer leads to; "accepted" if there is none.
std::string verdict(const std::string& answer, const ClientHandshakeOptions& with = options(),
                    ErrorCode code = ErrorCode::handshake_invalid) {
  ClientHandshake handshake = make(with);
  handshake.feed(answer);
  if (handshake.state() == State::accepted) return "accepted";
  CHECK(handshake.state() == State::failed);
  CHECK(handshake.error().code == code);
  return handshake.error().message;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

ClientHandshakeOptions with_headers(std::vector<HeaderEdit> edits) {
  ClientHandshakeOptions out = options();
  out.headers = std::move(edits);
  return out;
}

}  // namespace

TEST_CASE("RFC 6455 4.1: the request has the required headers in a fixed order") {
  CHECK(make().request() ==
        "GET /chat?room=1 HTTP/1.1\r\nHost: example.com:3000\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: N/ohPTf6IT03+iE9N/ohPQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n");
}

TEST_CASE("RFC 6455 4.1: subprotocols and extensions are offered in their order") {
  ClientHandshakeOptions with = options();
  with.subprotocols = {"chat", "superchat"};
  with.deflate_offers =
      parse_deflate_offers({"permessage-deflate; server_max_window_bits=10, permessage-deflate; "
                            "client_max_window_bits"});
  const http::Headers headers = make(with).request_headers();
  CHECK(headers.find("Sec-WebSocket-Protocol") == "chat, superchat");
  CHECK(
      headers.find("Sec-WebSocket-Extensions") ==
      "permessage-deflate; server_max_window_bits=10, permessage-deflate; client_max_window_bits");
}

TEST_CASE("headers of the user are added, replace defaults, and remove them") {
  CHECK(make(with_headers({{"Origin", "http://a"},
                           {"host", "other"},
                           {"X-Empty", ""},
                           {"Cookie", "a=1"},
                           {"Cookie", "b=2"},
                           {"Connection", std::nullopt}}))
            .request() ==
        "GET /chat?room=1 HTTP/1.1\r\nHost: other\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Key: N/ohPTf6IT03+iE9N/ohPQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Origin: http://a\r\nX-Empty: \r\nCookie: a=1\r\nCookie: b=2\r\n\r\n");
  const auto twice = make(with_headers({{"Host", "one"}, {"Host", "two"}})).request_headers();
  CHECK(twice.all("Host") == std::vector<std::string_view>{"one", "two"});
  const auto again =
      make(with_headers({{"Host", std::nullopt}, {"Host", "two"}})).request_headers();
  CHECK(again.all("Host") == std::vector<std::string_view>{"two"});
}

TEST_CASE("a key of the user is the one that the answer must prove") {
  CHECK(verdict("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                with_headers({{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}})) == "accepted");
}

TEST_CASE("options that HTTP cannot carry are refused") {
  const auto fault = [](auto change) {
    ClientHandshakeOptions with = options();
    change(with);
    const Result<void> result = with.validate();
    if (!result) CHECK(result.error().code == ErrorCode::invalid_argument);
    return result ? std::string() : result.error().message;
  };
  using Options = ClientHandshakeOptions;
  CHECK(fault([](Options&) {}).empty());
  CHECK(fault([](Options& o) { o.host = ""; }) == "host '' cannot go into a Host header");
  CHECK(fault([](Options& o) { o.target = "/a b"; }) ==
        "path '/a b' cannot go into a request line");
  CHECK(fault([](Options& o) { o.target = "x"; }) == "path 'x' cannot go into a request line");
  CHECK(fault([](Options& o) { o.subprotocols = {"a b"}; }) == "subprotocol 'a b' is not a token");
  CHECK(fault([](Options& o) { o.subprotocols = {"a", "a"}; }) == "subprotocol 'a' is given twice");
  CHECK(fault([](Options& o) {
          o.headers = {{"X Y", "1"}};
        }) == "header name 'X Y' is not a token");
  CHECK(fault([](Options& o) {
          o.headers = {{"X", "1\r\nEvil: 2"}};
        }) == "header 'X' has a control character in its value");
}

TEST_CASE("RFC 6455 4.1: a good answer is accepted, and the bytes behind it are left") {
  ClientHandshake handshake = make();
  const std::string answer = good_answer();
  CHECK(handshake.state() == State::waiting);
  CHECK(handshake.feed(answer + "\x81\x01"
                                "a") == answer.size());
  CHECK(handshake.state() == State::accepted);
  CHECK(handshake.subprotocol().empty());
  CHECK_FALSE(handshake.deflate().has_value());
  CHECK(handshake.response().status == 101);
  CHECK(handshake.response_text() == answer);
}

TEST_CASE("an answer may come byte by byte") {
  ClientHandshake handshake = make();
  for (const char& c : good_answer()) {
    REQUIRE(handshake.state() == State::waiting);
    REQUIRE(handshake.feed({&c, 1}) == 1);
  }
  CHECK(handshake.state() == State::accepted);
}

TEST_CASE("RFC 6455 4.1: names and tokens are compared without case, lists are searched") {
  CHECK(verdict("HTTP/1.1 101\r\nUPGRADE: WebSocket\r\nconnection: keep-alive, upgrade\r\n"
                "sec-websocket-accept:   " +
                accept_for_key(kKey) + "  \r\n\r\n") == "accepted");
}

TEST_CASE("RFC 6455 4.1: an answer that breaks a rule is invalid") {
  const std::string good = good_answer();
  CHECK(verdict(replaced(good, "Upgrade: websocket\r\n", "")) ==
        "Upgrade header is missing, not 'websocket'");
  CHECK(verdict(replaced(good, "Upgrade: websocket", "Upgrade: h2c")) ==
        "Upgrade header is 'h2c', not 'websocket'");
  CHECK(verdict(replaced(good, "Connection: Upgrade", "Connection: close")) ==
        "Connection header is 'close', without 'Upgrade'");
  CHECK(verdict(replaced(good, "Connection: Upgrade\r\n", "")) ==
        "Connection header is missing, without 'Upgrade'");
  CHECK(verdict(replaced(good, accept_for_key(kKey), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) ==
        "Sec-WebSocket-Accept header is 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', "
        "which does not answer our key");
  CHECK(verdict(replaced(good, "Sec-WebSocket-Accept: " + accept_for_key(kKey) + "\r\n", "")) ==
        "Sec-WebSocket-Accept header is missing, which does not answer our key");
  CHECK(verdict(replaced(good, "HTTP/1.1", "HTTP/1.0")) ==
        "server switches protocols with HTTP/1.0");
  CHECK(verdict("\r\n\r\n") == "HTTP start line is empty");
  CHECK(verdict("HTTP/one 101 x\r\n\r\n") == "HTTP status line is invalid: 'HTTP/one 101 x'");
  CHECK(verdict("HTTP/1.1 101 x\n") == "HTTP line ends with a bare line feed");
  CHECK(verdict("HTTP/1.1 " + std::string(limits::kHandshakeHeadBytes, 'x')) ==
        "HTTP head longer than 65536 bytes");
}

TEST_CASE("an answer that is not HTTP fails at its first line, however it is cut") {
  using std::string_literals::operator""s;
  const struct {
    std::string answer;
    std::string text;
  } cases[] = {
      {"SSH-2.0-OpenSSH_9.2\n", "answer is not HTTP: it begins with 'SSH-2.0-OpenSSH_9.2'"},
      {"220 mail.example ESMTP\r\n", "answer is not HTTP: it begins with '220 mail.example ESMTP'"},
      {"HTTQ\r\n", "answer is not HTTP: it begins with 'HTTQ'"},
      {std::string(64, 'x'), "answer is not HTTP: it begins with '" + std::string(64, 'x') + "'"},
      {std::string(limits::kHandshakeHeadBytes + 1, 'x'),
       "answer is not HTTP: it begins with '" + std::string(64, 'x') + "'"},
      {"\0"s, "answer is not HTTP: it begins with '\\x00'"},
      {"ab\0c"s, "answer is not HTTP: it begins with 'ab\\x00'"},
      {"\x15\x03", "server speaks TLS: use wss://"},
      {"\x15\x03\x01\0\x02\x02\x46"s, "server speaks TLS: use wss://"},
      {"\x15\x02", "answer is not HTTP: it begins with '\\x15'"},
  };
  for (const auto& c : cases) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, c.answer.size()}) {
      INFO(c.text << " in steps of " << step);
      ClientHandshake handshake = make();
      for (std::size_t at = 0; at < c.answer.size() && handshake.state() == State::waiting;
           at += step) {
        handshake.feed(std::string_view(c.answer).substr(at, step));
      }
      REQUIRE(handshake.state() == State::failed);
      CHECK(handshake.error().code == ErrorCode::handshake_invalid);
      CHECK(handshake.error().message == c.text);
    }
  }
  for (const std::string begun : {"H", "HTTP/", "x", "\x15", "no line yet"}) {
    ClientHandshake handshake = make();
    handshake.feed(begun);
    CHECK(handshake.state() == State::waiting);
  }
}

TEST_CASE("RFC 6455 4.1: a subprotocol must be one of the offered") {
  ClientHandshakeOptions with = options();
  with.subprotocols = {"chat", "superchat"};
  ClientHandshake handshake = make(with);
  handshake.feed(good_answer("Sec-WebSocket-Protocol: superchat\r\n"));
  CHECK(handshake.subprotocol() == "superchat");
  CHECK(verdict(good_answer(), with) == "accepted");
  CHECK(verdict(good_answer("Sec-WebSocket-Protocol: Chat\r\n"), with) ==
        "server chose subprotocol 'Chat', which was not offered");
  CHECK(verdict(good_answer("Sec-WebSocket-Protocol: chat\r\n")) ==
        "server chose subprotocol 'chat', which was not offered");
  CHECK(verdict(good_answer("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: chat\r\n"),
                with) == "server chose more than one subprotocol");
}

TEST_CASE("RFC 6455 9.1: an extension must be one of the offered") {
  ClientHandshakeOptions with = options();
  with.deflate_offers = parse_deflate_offers({"permessage-deflate; client_max_window_bits"});
  ClientHandshake handshake = make(with);
  handshake.feed(
      good_answer("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=10\r\n"));
  REQUIRE(handshake.deflate().has_value());
  CHECK(handshake.deflate()->client_max_window_bits == 10);
  CHECK(verdict(good_answer("Sec-WebSocket-Extensions: permessage-deflate\r\n")) ==
        "server answers extension 'permessage-deflate': it was not offered");
  CHECK(verdict(good_answer("Sec-WebSocket-Extensions: foo\r\n"), with) ==
        "server answers extension 'foo': it was not offered");
}

TEST_CASE("any other status is a refusal, whose body is kept") {
  ClientHandshake handshake = make();
  const std::string answer =
      "HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\nX-Why: origin\r\n\r\nnot ";
  CHECK(handshake.feed(answer) == answer.size());
  CHECK(handshake.state() == State::reading_refusal);
  CHECK(handshake.error().code == ErrorCode::handshake_refused);
  CHECK(handshake.feed("here!more") == 5);
  CHECK(handshake.state() == State::failed);
  CHECK(handshake.error().message == "server answered 403 Forbidden");
  CHECK(handshake.body() == "not here!");
  CHECK_FALSE(handshake.body_truncated());
  CHECK(handshake.response().headers.find("x-why") == "origin");
}

TEST_CASE("a refusal may be without words, body or length") {
  CHECK(verdict("HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", options(),
                ErrorCode::handshake_refused) == "server answered 404 Not Found");
  CHECK(verdict("HTTP/1.1 599\r\nContent-Length: 0\r\n\r\n", options(),
                ErrorCode::handshake_refused) == "server answered 599");
  CHECK(verdict("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", options(),
                ErrorCode::handshake_refused) == "server answered 200 OK");
  ClientHandshake until_close = make();
  until_close.feed("HTTP/1.1 500 x\r\n\r\nall of it");
  CHECK(until_close.state() == State::reading_refusal);
  until_close.end_of_stream();
  CHECK(until_close.state() == State::failed);
  CHECK(until_close.body() == "all of it");
}

TEST_CASE("a refusal's body in chunks is put together; a broken one ends the reading") {
  ClientHandshake handshake = make();
  handshake.feed(
      "HTTP/1.1 401 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(handshake.state() == State::failed);
  CHECK(handshake.body() == "abcde");
  ClientHandshake broken = make();
  broken.feed("HTTP/1.1 401 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n");
  CHECK(broken.state() == State::failed);
  CHECK(broken.error().message == "server answered 401 x");
  CHECK(broken.body() == "abc");
}

TEST_CASE("no more of a refusal's body is kept than the limit") {
  ClientHandshake handshake = make();
  handshake.feed("HTTP/1.1 500 x\r\n\r\n" + std::string(limits::kRefusalBodyBytes + 1, 'b'));
  CHECK(handshake.state() == State::failed);
  CHECK(handshake.body().size() == limits::kRefusalBodyBytes);
  CHECK(handshake.body_truncated());
}

TEST_CASE("reading a refusal can be given up") {
  ClientHandshake handshake = make();
  handshake.feed("HTTP/1.1 500 x\r\n\r\nendless");
  handshake.stop_reading_refusal();
  CHECK(handshake.state() == State::failed);
  CHECK(handshake.error().code == ErrorCode::handshake_refused);
}

TEST_CASE("the end of TCP before an answer is told apart from one in the middle of it") {
  ClientHandshake nothing = make();
  nothing.end_of_stream();
  CHECK(nothing.state() == State::failed);
  CHECK(nothing.error().code == ErrorCode::connection_lost);
  CHECK(nothing.error().message ==
        "server closed the connection without an answer to the upgrade request");
  ClientHandshake half = make();
  half.feed("HTTP/1.1 101");
  half.end_of_stream();
  CHECK(half.error().message == "server closed the connection in the middle of its answer");
}

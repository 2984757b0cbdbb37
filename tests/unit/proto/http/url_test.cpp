#include "core/proto/http/url.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::http;

namespace {

Url parse(std::string_view text) {
  const Result<Url> url = parse_url(text);
  INFO(text);
  if (!url) FAIL(url.error().message);
  return *url;
}

// The part of the message after "malformed URL '…': ".
std::string fault(const std::string& text, const std::string& shown) {
  const Result<Url> url = parse_url(text);
  INFO(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().code == ErrorCode::malformed_url);
  const std::string head = "malformed URL '" + shown + "': ";
  REQUIRE(url.error().message.substr(0, head.size()) == head);
  return url.error().message.substr(head.size());
}

std::string fault(const std::string& text) { return fault(text, text); }

struct Case {
  const char* typed;
  const char* full;
  const char* host_header;
};

}  // namespace

TEST_CASE("RFC 6455 3: ws and wss URLs, with http and https as synonyms") {
  const Case cases[] = {
      {"ws://example.com", "ws://example.com/", "example.com"},
      {"ws://example.com/", "ws://example.com/", "example.com"},
      {"WSS://Example.com/A", "wss://Example.com/A", "Example.com"},
      {"http://example.com/x", "ws://example.com/x", "example.com"},
      {"https://example.com/x", "wss://example.com/x", "example.com"},
      {"ws://example.com:80/", "ws://example.com/", "example.com"},
      {"ws://example.com:443/", "ws://example.com:443/", "example.com:443"},
      {"wss://example.com:443/", "wss://example.com/", "example.com"},
      {"wss://example.com:80/", "wss://example.com:80/", "example.com:80"},
      {"ws://example.com:/x", "ws://example.com/x", "example.com"},
      {"ws://h:3000/a%20b%2F?q=%41&r=a?b/c:d@e", "ws://h:3000/a%20b%2F?q=%41&r=a?b/c:d@e",
       "h:3000"},
      {"ws://h?q=1", "ws://h/?q=1", "h"},
      {"ws://[::1]:3000/x", "ws://[::1]:3000/x", "[::1]:3000"},
      {"ws://[2001:db8::1]", "ws://[2001:db8::1]/", "[2001:db8::1]"},
      {"ws://[fe80::1%25eth0]:81/", "ws://[fe80::1%25eth0]:81/", "[fe80::1]:81"},
      {"ws://[fe80::1%eth0]/", "ws://[fe80::1%25eth0]/", "[fe80::1]"},
      {"ws://[fe80::1%2525]/", "ws://[fe80::1%2525]/", "[fe80::1]"},
      {"ws://[::ffff:1.2.3.4]/", "ws://[::ffff:1.2.3.4]/", "[::ffff:1.2.3.4]"},
      {"ws://127.0.0.1:3000", "ws://127.0.0.1:3000/", "127.0.0.1:3000"},
      {"ws://user:pa%40ss@h:3000/x", "ws://h:3000/x", "h:3000"},
      {"ws://a_b.c-d.~e/", "ws://a_b.c-d.~e/", "a_b.c-d.~e"},
  };
  for (const Case& c : cases) {
    const Url url = parse(c.typed);
    CHECK(url.text() == c.full);
    CHECK(url.host_header() == c.host_header);
    CHECK_FALSE(url.scheme_guessed);
  }
}

TEST_CASE("the parts of a URL") {
  const Url url = parse("wss://user:pa%40ss@[fe80::1%25eth0]:8443/path?query=1");
  CHECK(url.secure);
  CHECK(url.host == "fe80::1%eth0");
  CHECK(url.port == 8443);
  CHECK(url.target == "/path?query=1");
  CHECK(url.user_info == "user:pa%40ss");
  CHECK(url.unix_path.empty());
  CHECK(parse("ws://a@b@c/").user_info == "a@b");
  CHECK(parse("ws://h").port == 80);
  CHECK(parse("wss://h").port == 443);
}

TEST_CASE("short forms: ws for a loopback host or a port other than 443, else wss") {
  const Case cases[] = {
      {"localhost", "ws://localhost/", "localhost"},
      {"localhost:3000/chat", "ws://localhost:3000/chat", "localhost:3000"},
      {"api.localhost/x", "ws://api.localhost/x", "api.localhost"},
      {"127.0.0.1", "ws://127.0.0.1/", "127.0.0.1"},
      {"127.8.9.10/x", "ws://127.8.9.10/x", "127.8.9.10"},
      {"[::1]", "ws://[::1]/", "[::1]"},
      {"[::1]:3000", "ws://[::1]:3000/", "[::1]:3000"},
      {"example.com", "wss://example.com/", "example.com"},
      {"example.com/x?y=http://z", "wss://example.com/x?y=http://z", "example.com"},
      {"example.com?y=http://z", "wss://example.com/?y=http://z", "example.com"},
      {"example.com:443", "wss://example.com/", "example.com"},
      {"example.com:8443/x", "ws://example.com:8443/x", "example.com:8443"},
      {"example.com:80", "ws://example.com/", "example.com"},
      {"128.0.0.1", "wss://128.0.0.1/", "128.0.0.1"},
      {"user:pw@example.com/x", "wss://example.com/x", "example.com"},
      {":8080/x", "ws://localhost:8080/x", "localhost:8080"},
      {":3000", "ws://localhost:3000/", "localhost:3000"},
      {":3000?q", "ws://localhost:3000/?q", "localhost:3000"},
  };
  for (const Case& c : cases) {
    const Url url = parse(c.typed);
    CHECK(url.text() == c.full);
    CHECK(url.host_header() == c.host_header);
    CHECK(url.scheme_guessed);
  }
}

TEST_CASE("unix sockets") {
  const Url url = parse("ws+unix:/run/app.sock:/chat?x=1");
  CHECK(url.unix_path == "/run/app.sock");
  CHECK(url.target == "/chat?x=1");
  CHECK(url.host_header() == "localhost");
  CHECK_FALSE(url.secure);
  CHECK(url.text() == "ws+unix:/run/app.sock:/chat?x=1");
  CHECK(parse("ws+unix:/run/app.sock").target == "/");
  CHECK(parse("ws+unix:///run/app.sock:/x").unix_path == "/run/app.sock");
  CHECK(parse("wss+unix:relative.sock").secure);
  CHECK(parse("wss+unix:relative.sock").unix_path == "relative.sock");
  CHECK(parse("ws+unix:////run//app.sock").text() == "ws+unix:/run//app.sock:/");
  CHECK(fault("ws+unix:") == "the file name of the socket is missing");
  CHECK(fault("ws+unix::/x") == "the file name of the socket is missing");
}

TEST_CASE("RFC 6455 3: a fragment is refused") {
  CHECK(fault("ws://h/x#y") == "a WebSocket URL has no fragment: write '%23' for a '#'");
  CHECK(fault("localhost#") == "a WebSocket URL has no fragment: write '%23' for a '#'");
}

TEST_CASE("characters that cannot stand in a URL are refused") {
  CHECK(fault("ws://h/a b") == "it has a space: write '%20'");
  CHECK(fault("ws://h/a\r\nX: y", "ws://h/a\\x0d\\x0aX: y") == "it has a control character");
  CHECK(fault("ws://h/\xC3\xA4") ==
        "it has a character beyond ASCII: percent-encode it, or use the xn-- form of a host");
}

TEST_CASE("malformed URLs say what is wrong") {
  CHECK(fault("") == "it is empty");
  CHECK(fault("ftp://h/") == "scheme 'ftp' is not one of ws, wss, http, https");
  CHECK(fault("://h/") == "scheme '' is not one of ws, wss, http, https");
  CHECK(fault("ws://") == "the host is missing");
  CHECK(fault("ws:///x") == "the host is missing");
  CHECK(fault("ws://:3000/") == "the host is missing");
  CHECK(fault("/x") == "the host is missing");
  CHECK(fault("ws://h:0/") == "port '0' is not a number from 1 to 65535");
  CHECK(fault("ws://h:65536/") == "port '65536' is not a number from 1 to 65535");
  CHECK(fault("ws://h:-1/") == "port '-1' is not a number from 1 to 65535");
  CHECK(fault("ws://h:80x/") == "port '80x' is not a number from 1 to 65535");
  CHECK(fault("ws:h") == "port 'h' is not a number from 1 to 65535");
  CHECK(fault(":/x") == "port '' is not a number from 1 to 65535");
  CHECK(fault("ws://::1/") == "the host is missing");
  CHECK(fault("ws://a<b/") == "host 'a<b' is invalid");
  CHECK(fault("ws://[::1/") == "']' is missing after '['");
  CHECK(fault("ws://[1.2.3.4]/") == "'1.2.3.4' is not an IPv6 address");
  CHECK(fault("ws://[::g]/") == "'::g' is not an IPv6 address");
  CHECK(fault("ws://[fe80::1%25]/") == "'fe80::1%' is not an IPv6 address");
  CHECK(fault("ws://[fe80::1%25a%25b]/") == "'fe80::1%a%25b' is not an IPv6 address");
  CHECK(fault("ws://[::1]3000/") == "':' is missing before the port");
}

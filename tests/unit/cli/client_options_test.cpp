#include "cli/client_options.h"

#include <catch2/catch.hpp>

#include <cstdlib>

namespace wsb::cli {
namespace {

ClientArguments arguments() {
  ClientArguments out;
  out.url = "ws://localhost:3000/x";
  return out;
}

std::string refusal(const ClientArguments& a) {
  const auto config = make_client_config(a);
  return config ? "" : config.error().text();
}

TEST_CASE("headers are added, emptied and left out as curl does it") {
  ClientArguments a = arguments();
  a.headers = {"A: 1", "B:2", "C;", "Host:", "D: a:b;"};
  const auto config = make_client_config(a);
  REQUIRE(config);
  CHECK(config->connect.headers.find("A") == "1");
  CHECK(config->connect.headers.find("B") == "2");
  CHECK(config->connect.headers.find("C") == "");
  CHECK(config->connect.headers.find("D") == "a:b;");
  CHECK(config->connect.removed_headers == std::vector<std::string>{"Host"});
}

TEST_CASE("the request names wsb unless the user says otherwise") {
  CHECK(make_client_config(arguments())->connect.headers.find("User-Agent")->starts_with("wsb/"));
  ClientArguments a = arguments();
  a.headers = {"user-agent: mine"};
  CHECK(make_client_config(a)->connect.headers.find("User-Agent") == "mine");
  a.headers = {"user-agent:"};
  CHECK_FALSE(make_client_config(a)->connect.headers.find("User-Agent"));
}

TEST_CASE("what is no header is refused") {
  const struct {
    std::string header;
    std::string text;
  } cases[] = {
      {"no colon", "--header: 'no colon' has no colon: expected 'Name: value'"},
      {"two words: x", "--header: 'two words' is not a header name"},
      {": x", "--header: '' is not a header name"},
      {"X: a\r\nY: b", "--header: 'a\\x0d\\x0aY: b' is not a header value"},
  };
  for (const auto& c : cases) {
    ClientArguments a = arguments();
    a.headers = {c.header};
    CHECK(refusal(a) == c.text);
  }
}

TEST_CASE("subprotocols may be a list or repeated") {
  ClientArguments a = arguments();
  a.subprotocols = {"one, two", "three"};
  CHECK(make_client_config(a)->connect.subprotocols ==
        std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("what excludes each other is refused") {
  ClientArguments a = arguments();
  a.no_close = a.exit_on_eof = true;
  CHECK(refusal(a) == "--no-close and --exit-on-eof exclude each other");
}

TEST_CASE("SSLKEYLOGFILE names the file for the secrets of TLS") {
  ::unsetenv("SSLKEYLOGFILE");
  CHECK(make_client_config(arguments())->connect.tls.key_log_file.empty());
  ::setenv("SSLKEYLOGFILE", "keys.log", 1);
  CHECK(make_client_config(arguments())->connect.tls.key_log_file == "keys.log");
  ::unsetenv("SSLKEYLOGFILE");
}

TEST_CASE("a malformed URL is its own error") {
  ClientArguments a = arguments();
  a.url = "ftp://x/";
  const auto config = make_client_config(a);
  REQUIRE_FALSE(config);
  CHECK(config.error().code == ErrorCode::malformed_url);
}

TEST_CASE("the end of input follows the options") {
  ClientArguments a = arguments();
  CHECK(make_client_config(a)->at_end == app::EndOfInput::drain);
  a.no_close = true;
  CHECK(make_client_config(a)->at_end == app::EndOfInput::hold);
  a.no_close = false;
  a.exit_on_eof = true;
  CHECK(make_client_config(a)->at_end == app::EndOfInput::close);
}

}  // namespace
}  // namespace wsb::cli

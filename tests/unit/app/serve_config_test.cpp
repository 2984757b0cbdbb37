#include "core/app/serve_config.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>

using namespace wsb;
using namespace wsb::app;

TEST_CASE("the defaults of serve are valid: loopback, port 3000, no TLS") {
  const ServeConfig config;
  CHECK(config.validate().has_value());
  CHECK(config.host == "127.0.0.1");
  CHECK(config.port == 3000);
  CHECK_FALSE(config.tls());
}

TEST_CASE("a serve configuration that cannot work is refused, naming the option") {
  struct Case {
    std::function<void(ServeConfig&)> change;
    std::string message;
  };
  const Case cases[] = {
      {[](ServeConfig& c) { c.host.clear(); },
       "--host must not be empty (use 0.0.0.0 for all addresses)"},
      {[](ServeConfig& c) { c.threads = -1; }, "--threads must be 0 to 256, not -1"},
      {[](ServeConfig& c) { c.threads = 257; }, "--threads must be 0 to 256, not 257"},
      {[](ServeConfig& c) { c.slow_consumer = "wait"; },
       "--slow-consumer must be disconnect, drop-oldest or drop-newest, not 'wait'"},
      {[](ServeConfig& c) { c.raw = c.echo = true; }, "--raw and --echo exclude each other"},
      {[](ServeConfig& c) { c.certificate_file = "c.pem"; }, "--cert needs --key"},
      {[](ServeConfig& c) { c.key_file = "k.pem"; }, "--key needs --cert"},
      {[](ServeConfig& c) {
         c.certificate_file = "c.pem";
         c.key_file = "k.pem";
         c.tls_self_signed = true;
       },
       "--tls-self-signed and --cert exclude each other"},
      {[](ServeConfig& c) { c.max_message = {0}; }, "--max-message must be at least 1B"},
      {[](ServeConfig& c) { c.max_message = {(1ULL << 30U) + 1}; },
       "--max-message must be at most 1GiB"},
      {[](ServeConfig& c) { c.max_backlog = {0}; }, "--max-backlog must be at least 1B"},
      {[](ServeConfig& c) { c.ping_timeout = std::chrono::seconds(29); },
       "the ping timeout must not be shorter than the ping interval"},
  };
  for (const Case& c : cases) {
    ServeConfig config;
    c.change(config);
    const Result<void> result = config.validate();
    CAPTURE(c.message);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code == ErrorCode::invalid_argument);
    CHECK(result.error().text() == c.message);
  }
}

TEST_CASE("what is at its limit is accepted") {
  ServeConfig config;
  config.threads = 256;
  config.max_message = {1ULL << 30U};
  config.max_backlog = {1};
  config.ping_interval = Duration::zero();
  config.ping_timeout = Duration::zero();
  CHECK(config.validate().has_value());
  config.certificate_file = "c.pem";
  config.key_file = "k.pem";
  CHECK(config.validate().has_value());
  CHECK(config.tls());
}

TEST_CASE("an origin is written as people type it") {
  CHECK(origin_text("ws", false, "127.0.0.1", 3000) == "ws://127.0.0.1:3000");
  CHECK(origin_text("ws", true, "example.org", 443) == "wss://example.org:443");
  CHECK(origin_text("http", true, "::1", 8443) == "https://[::1]:8443");
}

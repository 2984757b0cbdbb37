#include "core/app/limits_config.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::app;

TEST_CASE("the limits of clients are off, but for the time of a handshake") {
  const LimitsConfig config;
  CHECK(config.validate().has_value());
  CHECK(config.max_clients == 0);
  CHECK(config.max_clients_per_ip == 0);
  CHECK(config.rate.empty());
  CHECK(config.idle_timeout == 0s);
  CHECK(config.handshake_timeout == 10s);
}

TEST_CASE("a limit that cannot be is refused, naming the option") {
  LimitsConfig config;
  config.rate = "10/s,0";
  CHECK(config.validate().error().text() ==
        "--rate: invalid rate limit '10/s,0': the burst is a whole number of at least 1, as in "
        "'100/s,200'");
  config.rate = "10/s,20";
  CHECK(config.validate().has_value());
  config.handshake_timeout = 0s;
  CHECK(config.validate().error().text() == "--handshake-timeout must be more than 0");
}

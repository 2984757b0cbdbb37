#include "core/load/preflight.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb;
using namespace wsb::load;

PreflightFacts facts(std::uint64_t hard, std::uint64_t system) {
  return {hard, system, 32768, 60999};
}

TEST_CASE("every connection needs a file, and so do loops and the rest of the process") {
  CHECK(open_files_needed({10117, 4, "127.0.0.1"}) == 10117 + 4 * 16 + 64);
}

TEST_CASE("what fits passes, to the last file") {
  CHECK(preflight(facts(20000, 1048576), {10117, 3, "127.0.0.1"}).has_value());
  CHECK(preflight(facts(10229, 1048576), {10117, 3, "127.0.0.1"}).has_value());
  CHECK_FALSE(preflight(facts(10228, 1048576), {10117, 3, "127.0.0.1"}).has_value());
}

TEST_CASE("too few open files are said with the command that lifts the limit") {
  const auto result = preflight(facts(4096, 1048576), {10117, 3, "127.0.0.1"});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::invalid_argument);
  CHECK(result.error().text() ==
        "10,117 connections need 10229 open files, and this process may have 4096 (enough for 3984 "
        "connections): raise the limit in this shell with "
        "'sudo prlimit --pid $$ --nofile=10229:10229'");
}

TEST_CASE("a system-wide limit below the need is lifted first") {
  const auto result = preflight(facts(100, 20000), {30000, 3, "127.0.0.1"});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().text() ==
        "30,000 connections need 30112 open files, and this process may have 100: raise the limit "
        "in this shell with 'sudo sysctl -w fs.nr_open=30112; "
        "sudo prlimit --pid $$ --nofile=30112:30112'");
}

TEST_CASE("a distant server is reached through local ports, of which there must be enough") {
  CHECK(preflight(facts(1000000, 1048576), {28232, 3, "192.0.2.1"}).has_value());
  const auto result = preflight(facts(1000000, 1048576), {28233, 3, "192.0.2.1"});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().text() ==
        "28,233 connections to one server need as many local ports, and ports 32768 to 60999 are "
        "28232: widen the range with 'sudo sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"'");
  const auto hopeless = preflight(facts(1000000, 1048576), {70000, 3, "192.0.2.1"});
  REQUIRE_FALSE(hopeless.has_value());
  CHECK(hopeless.error().text() ==
        "70,000 connections to one server need as many local ports, and ports 32768 to 60999 are "
        "28232: use fewer --clients, or several machines");
}

TEST_CASE("a loopback server and a unix socket are not limited by ports") {
  CHECK(preflight(facts(1000000, 1048576), {100000, 3, "localhost"}).has_value());
  CHECK(preflight(facts(1000000, 1048576), {100000, 3, ""}).has_value());
}

}  // namespace

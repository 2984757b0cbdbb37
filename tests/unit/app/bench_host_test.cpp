#include "core/app/bench_host.h"

#include <catch2/catch.hpp>

#include <regex>

namespace {

using namespace wsb;
using namespace wsb::app;

TEST_CASE("the machine's facts are plausible") {
  const auto facts = preflight_facts();
  CHECK(facts.open_files_hard > 0);
  CHECK(facts.open_files_system >= 1024);
  CHECK(facts.first_port > 0);
  CHECK(facts.first_port < facts.last_port);
  CHECK(facts.last_port <= 65535);
  CHECK(usable_cores() >= 1);
  CHECK(bench_host().cores == usable_cores());
  CHECK_FALSE(bench_host().kernel.empty());
}

TEST_CASE("CPU time passes while a thread works") {
  const Duration before = thread_cpu_time();
  volatile unsigned work = 0;
  while (thread_cpu_time() - before < 2ms) work = work + 1;
  CHECK(work > 0);
}

TEST_CASE("the time of day is RFC 3339 in UTC") {
  CHECK(std::regex_match(utc_now(), std::regex(R"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ)")));
}

}  // namespace

#include "core/app/thread_wait.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb;
using wsb::app::parse_schedstat_wait;
using wsb::app::thread_wait_time;

TEST_CASE("the second number of a schedstat is the time spent waiting for a core") {
  CHECK(parse_schedstat_wait("9520571 1234567 41\n") == 1234567ns);
  CHECK(parse_schedstat_wait("9520571 0 41\n") == 0ns);
}

TEST_CASE("what is no schedstat is no waiting") {
  for (const char* text : {"", "9520571", "9520571 x", "a b c"}) {
    INFO(text);
    CHECK(parse_schedstat_wait(text) == 0ns);
  }
}

TEST_CASE("a thread's waiting time never goes back") {
  const Duration before = thread_wait_time();
  CHECK(before >= 0ns);
  CHECK(thread_wait_time() >= before);
}

}  // namespace

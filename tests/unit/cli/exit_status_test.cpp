#include "cli/exit_status.h"

#include <catch2/catch.hpp>

#include <csignal>
#include <set>

namespace wsb::cli {
namespace {

TEST_CASE("every exit status is documented, and none that the shell uses") {
  std::set<int> documented;
  for (const auto& list : {client_exit_codes(), serve_exit_codes(), bench_exit_codes()}) {
    for (const ExitCodeText& entry : list) documented.insert(entry.code);
  }
  for (const int code : {0,  1,  2,  3,  4,  6,  7,   8,   22,  23,  26,  28,  35,
                         52, 55, 56, 58, 60, 63, 110, 111, 112, 129, 130, 141, 143}) {
    INFO(code);
    CHECK(documented.erase(code) == 1);
  }
  CHECK(documented.empty());
}

TEST_CASE("a signal has the exit status that a shell would show") {
  CHECK(to_int(status_of_signal(SIGHUP)) == 129);
  CHECK(to_int(status_of_signal(SIGINT)) == 130);
  CHECK(to_int(status_of_signal(SIGPIPE)) == 141);
  CHECK(to_int(status_of_signal(SIGTERM)) == 143);
}

}  // namespace
}  // namespace wsb::cli

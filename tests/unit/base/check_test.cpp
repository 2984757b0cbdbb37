#include "core/base/check.h"

#include <catch2/catch.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace {

struct Outcome {
  int status = 0;
  std::string printed;
};

// Runs `action` in a child process with its stderr in a pipe.
template <class F>
Outcome in_child(F action) {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    dup2(ends[1], STDERR_FILENO);
    action();
    _exit(0);
  }
  close(ends[1]);
  Outcome outcome;
  std::array<char, 512> buffer{};
  for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    outcome.printed.append(buffer.data(), static_cast<std::size_t>(got));
  }
  close(ends[0]);
  REQUIRE(waitpid(child, &outcome.status, 0) == child);
  return outcome;
}

}  // namespace

TEST_CASE("a check that holds does nothing") {
  const Outcome outcome = in_child([] { WSB_CHECK(1 + 1 == 2); });
  CHECK(WIFEXITED(outcome.status));
  CHECK(outcome.printed.empty());
}

TEST_CASE("a check that fails names its condition and place, and aborts") {
  const Outcome outcome = in_child([] { wsb::check_failed("a == b", "x.cpp", 12, "run"); });
  REQUIRE(WIFSIGNALED(outcome.status));
  CHECK(WTERMSIG(outcome.status) == SIGABRT);
  CHECK(outcome.printed ==
        "wsb: internal error: 'a == b' is false at x.cpp:12 (run); please report this\n");

  const Outcome by_macro = in_child([] { WSB_CHECK(1 + 1 == 3); });
  REQUIRE(WIFSIGNALED(by_macro.status));
  CHECK(by_macro.printed.find("'1 + 1 == 3' is false at ") != std::string::npos);
}

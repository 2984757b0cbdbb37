#include "cli/print.h"

#include <catch2/catch.hpp>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

TEST_CASE("text goes to standard output") {
  const Captured captured([] { return print("some text\n"); });
  CHECK(captured.result == 0);
  CHECK(captured.out == "some text\n");
  CHECK(captured.err.empty());
}

TEST_CASE("standard output that takes nothing is told in words, with status 23") {
  const Captured captured([] {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    REQUIRE(full >= 0);
    const Redirect redirect(STDOUT_FILENO, full);
    ::close(full);
    return print("some text\n");
  });
  CHECK(captured.result == 23);
  CHECK(captured.err ==
        "wsb: (23) output: cannot write standard output: No space left on device\n");
}

}  // namespace
}  // namespace wsb::cli

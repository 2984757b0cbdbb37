#include "cli/log_sink.h"

#include <catch2/catch.hpp>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

TEST_CASE("a line has its prefix, and nothing in it drives a terminal") {
  const Captured captured([] {
    StderrLog log(LogLevel::info);
    log.write(LogLevel::info, "client \x1b[2J");
    log.write(LogLevel::warning, "slow");
    log.write(LogLevel::error, "broken");
    log.write(LogLevel::debug, "not shown");
    return 0;
  });
  CHECK(captured.err == "wsb: client \\x1b[2J\nwsb: warning: slow\nwsb: broken\n");
}

TEST_CASE("a level shows itself and what is worse") {
  const StderrLog log(LogLevel::warning);
  CHECK(log.enabled(LogLevel::error));
  CHECK(log.enabled(LogLevel::warning));
  CHECK_FALSE(log.enabled(LogLevel::info));
}

TEST_CASE("a standard error that cannot be written harms nothing") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  {
    const Redirect redirect(STDERR_FILENO, full);
    CHECK_NOTHROW(print_line("lost"));
  }
  ::close(full);
}

}  // namespace
}  // namespace wsb::cli

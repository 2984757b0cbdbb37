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

TEST_CASE("as JSON a line is one object with its time and its level") {
  const Captured captured([] {
    StderrLog log(LogLevel::info, LogFormat::json);
    log.write(LogLevel::warning, "say \"x\"\n");
    log.write(LogLevel::debug, "not shown");
    return 0;
  });
  const std::string begin = "{\"time\":\"20";
  const std::string end = "Z\",\"level\":\"warning\",\"message\":\"say \\\"x\\\"\\n\"}\n";
  CHECK(captured.err.starts_with(begin));
  CHECK(captured.err.ends_with(end));
  CHECK(captured.err.size() == begin.size() + std::string("26-11-24T18:20:03.123").size() +
                                   end.size());
}

TEST_CASE("lines that could not be written are counted and told") {
  StderrLog log(LogLevel::info);
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  {
    const Redirect redirect(STDERR_FILENO, full);
    for (int i = 0; i < 3; ++i) log.write(LogLevel::info, "lost");
  }
  ::close(full);
  const Captured captured([&log] {
    log.write(LogLevel::info, "first");
    log.write(LogLevel::info, "second");
    return 0;
  });
  CHECK(captured.err ==
        "wsb: warning: 3 lines of the log were lost\nwsb: first\nwsb: second\n");
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

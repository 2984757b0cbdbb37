#include "cli/client_command.h"

#include <catch2/catch.hpp>

#include "cli/client_options.h"
#include "cli/log_sink.h"
#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

TEST_CASE("what was typed wrong is told with the command, the rest with its code") {
  const Captured usage([] {
    return report_setup_error("send", make_error(ErrorCode::invalid_argument, "no such thing"));
  });
  CHECK(usage.result == 2);
  CHECK(usage.err == "wsb: send: no such thing\n");
  const Captured url(
      [] { return report_setup_error("send", make_error(ErrorCode::malformed_url, "not a URL")); });
  CHECK(url.result == 3);
  CHECK(url.err == "wsb: (3) url: not a URL\n");
}

// Takes what comes and ends with the connection.
class PatientFront final : public app::ClientFront {
 public:
  app::ClientOutcome talk(app::ClientLink& link) override {
    app::ClientOutcome outcome;
    for (bool ended = false; !ended;) {
      for (app::ClientEvent& event : link.take_events()) {
        if (auto* end = std::get_if<app::ClientEnded>(&event)) {
          outcome.report = end->report;
          ended = true;
        }
      }
    }
    return outcome;
  }
};

TEST_CASE("the real network's failure becomes one line and its exit status") {
  ClientArguments arguments;
  arguments.url = "ws://127.0.0.1:1/";
  const auto config = make_client_config(arguments);
  REQUIRE(config);
  const Captured captured([&] {
    StderrLog log(LogLevel::error);
    PatientFront front;
    return run_front("connect", *config, log, front);
  });
  CHECK(captured.result == 7);
  CHECK(captured.err.starts_with("wsb: (7) connect: "));
  CHECK(captured.err.find("127.0.0.1:1'") != std::string::npos);
}

}  // namespace
}  // namespace wsb::cli

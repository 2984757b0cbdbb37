#include "core/app/connect.h"

#include <catch2/catch.hpp>

#include <poll.h>

#include "tests/support/echo_runtime.h"

namespace wsb::app {
namespace {

class OneMessageFront final : public ClientFront {
 public:
  ClientOutcome talk(ClientLink& link) override {
    link.submit({{ws::Opcode::text, "hello"}});
    link.end_input();
    ClientOutcome outcome;
    for (bool ended = false; !ended;) {
      pollfd wake{link.wake_fd(), POLLIN, 0};
      REQUIRE(::poll(&wake, 1, 10'000) == 1);
      for (ClientEvent& event : link.take_events()) {
        if (auto* end = std::get_if<ClientEnded>(&event)) {
          outcome.report = end->report;
          ended = true;
        }
      }
    }
    return outcome;
  }
};

TEST_CASE("a client runs its front over a network and says how it went") {
  EchoRuntime runtime;
  ClientConfig config;
  config.count_as_sent = true;
  OneMessageFront front;
  const auto outcome = run_client(config, runtime, front);
  REQUIRE(outcome);
  CHECK(outcome->report.sent == 1);
  CHECK(outcome->report.received == 1);
  CHECK(outcome->report.stop == ClientStop::count_reached);
}

TEST_CASE("a configuration that does not go together is refused before anything is opened") {
  EchoRuntime runtime;
  runtime.no_loops = true;
  ClientConfig config;
  config.echo = true;
  config.count = 1;
  OneMessageFront front;
  const auto outcome = run_client(config, runtime, front);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().text() == "an echo client counts no replies");
}

TEST_CASE("a network that cannot be set up is an error") {
  EchoRuntime runtime;
  runtime.no_loops = true;
  OneMessageFront front;
  const auto outcome = run_client({}, runtime, front);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().text() == "no loop today");
}

}  // namespace
}  // namespace wsb::app

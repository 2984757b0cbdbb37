#include "cli/client_command.h"

#include <catch2/catch.hpp>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

Captured run(const ClientArguments& arguments, const Result<ClientPlan>& plan) {
  const ScratchFile no_input;
  const Redirect redirect(STDIN_FILENO, no_input.fd());
  return Captured([&] { return run_plan("send", arguments, plan); });
}

TEST_CASE("what was typed wrong is told with the command, the rest with its code") {
  const Captured usage = run({}, make_error(ErrorCode::invalid_argument, "no such thing"));
  CHECK(usage.result == 2);
  CHECK(usage.err == "wsb: send: no such thing\n");
  const Captured url = run({}, make_error(ErrorCode::malformed_url, "not a URL"));
  CHECK(url.result == 3);
  CHECK(url.err == "wsb: (3) url: not a URL\n");
}

TEST_CASE("a plan that does not go together is refused before anything is opened") {
  ClientPlan plan;
  plan.config.echo = true;
  plan.config.count = 1;
  const Captured refused = run({}, std::move(plan));
  CHECK(refused.result == 2);
  CHECK(refused.err == "wsb: send: an echo client counts no replies\n");
}

TEST_CASE("the real network's failure becomes one line and its exit status") {
  ClientArguments arguments;
  arguments.url = "ws://127.0.0.1:1/";
  auto config = make_client_config(arguments);
  REQUIRE(config);
  const Captured captured = run(arguments, ClientPlan{.config = *config, .input = {}});
  CHECK(captured.result == 7);
  CHECK(captured.err.starts_with("wsb: (7) connect: "));
  CHECK(captured.err.find("127.0.0.1:1'") != std::string::npos);
}

}  // namespace
}  // namespace wsb::cli

#include "core/app/bench.h"

#include <catch2/catch.hpp>

#include <cstdlib>

#include "core/app/bench_host.h"

namespace {

using namespace wsb;
using namespace wsb::app;

// A machine that cannot start threads' loops.
class NoLoops final : public net::Runtime {
 public:
  Result<std::unique_ptr<net::Loop>> make_loop() override {
    return make_error(ErrorCode::internal, "cannot make an event loop");
  }
  Result<std::vector<net::ListenSocket>> open_listen_sockets(const std::string&, std::uint16_t,
                                                             int) override {
    return make_error(ErrorCode::internal, "not asked for");
  }
  Result<std::unique_ptr<net::Listener>> listen(net::Loop&, net::ListenSocket,
                                                const net::ListenConfig&, net::ConnectionHandler&,
                                                net::HttpHandler&) override {
    return make_error(ErrorCode::internal, "not asked for");
  }
  net::Connection& connect(net::Loop&, const net::ConnectConfig&,
                           net::ConnectionHandler&) override {
    std::abort();  // there is no loop to connect on
  }
};

std::string failure_of(const BenchConfig& config) {
  NoLoops runtime;
  StopSignal stop;
  const auto result = run_bench(config, runtime, stop, {});
  REQUIRE_FALSE(result.has_value());
  return result.error().text();
}

TEST_CASE("an invalid configuration is refused before anything is started") {
  BenchConfig config;
  config.clients = 0;
  CHECK(failure_of(config) == "--clients must be 1 to 1000000, not 0");
}

TEST_CASE("more clients than files are refused before anything is started") {
  const auto limit = preflight_facts().open_files_hard;
  if (limit > 900'000) return;  // this machine allows more than bench does
  BenchConfig config;
  config.connect.url.host = "127.0.0.1";
  config.clients = static_cast<std::size_t>(limit);
  const auto failure = failure_of(config);
  CHECK(failure.find(" open files, and this process may have " + std::to_string(limit)) !=
        std::string::npos);
  CHECK(failure.find("sudo prlimit --pid $$ --nofile=") != std::string::npos);
}

TEST_CASE("a loop that cannot be made is an error") {
  BenchConfig config;
  config.connect.url.host = "127.0.0.1";
  CHECK(failure_of(config) == "cannot make an event loop");
}

}  // namespace

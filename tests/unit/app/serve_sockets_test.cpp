#include "core/app/serve_sockets.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/fake_net.h"

using namespace wsb;
using namespace wsb::app;
using Lines = std::vector<std::string>;

namespace {

std::string some_path() { return "/tmp/wsb-test-" + std::to_string(::getpid()) + ".sock"; }

}  // namespace

TEST_CASE("each worker has a socket of each place, and clients have a name for each place") {
  net::FakeRuntime network;
  ServeConfig config;
  const auto address = open_serve_sockets(config, network, 3);
  REQUIRE(address);
  CHECK(address->urls == Lines{"ws://127.0.0.1:3000"});
  CHECK(address->page_url == "http://127.0.0.1:3000");
  REQUIRE(address->of_worker.size() == 3);
  CHECK(address->of_worker[2].size() == 1);

  config.unix_path = some_path();
  config.tls_self_signed = true;
  {
    const auto file = open_serve_sockets(config, network, 2);
    REQUIRE(file);
    CHECK(file->urls == Lines{"wss+unix:" + some_path() + ":/"});
    CHECK(file->page_url.empty());
    REQUIRE(file->of_worker.size() == 2);
    CHECK(file->of_worker[1].at(0).is_unix());
    CHECK(std::filesystem::exists(some_path()));
  }
  CHECK_FALSE(std::filesystem::exists(some_path()));

  config.address_given = true;
  config.port = 3001;
  const auto both = open_serve_sockets(config, network, 2);
  REQUIRE(both);
  CHECK(both->urls == Lines{"wss://127.0.0.1:3001", "wss+unix:" + some_path() + ":/"});
  CHECK(both->page_url == "https://127.0.0.1:3001");
  CHECK(both->of_worker[1].size() == 2);
}

TEST_CASE("a unix socket that cannot be is an error that names the option") {
  net::FakeRuntime network;
  ServeConfig config;
  config.unix_path = "/nonexistent/s";
  const auto sockets = open_serve_sockets(config, network, 1);
  REQUIRE_FALSE(sockets);
  CHECK(sockets.error().text() == "--unix: cannot listen on '/nonexistent/s': no such folder");
}

TEST_CASE("sockets that listen already are shared by all workers") {
  auto passed = net::open_listen_sockets("127.0.0.1", 0, 1).value();
  const std::string port = std::to_string(passed.front().port());
  passed.push_back(net::ListenSocket::of_unix(::dup(passed.front().fd()), "@wsb"));
  const auto sockets = share_passed_sockets(std::move(passed), true, 3);
  REQUIRE(sockets);
  CHECK(sockets->urls == Lines{"wss://127.0.0.1:" + port, "wss+unix:@wsb:/"});
  CHECK(sockets->hosts == Lines{"127.0.0.1"});
  REQUIRE(sockets->of_worker.size() == 3);
  for (const auto& each : sockets->of_worker) CHECK(each.size() == 2);
}

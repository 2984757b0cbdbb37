#include "core/net/lws/runtime.h"

#include <catch2/catch.hpp>

#include <regex>
#include <thread>

#include "tests/unit/net/lws/test_server.h"

namespace wsb::net {

TEST_CASE("the libraries name themselves and the event loop") {
  const std::string number = R"(\d+\.\d+\.\d+)";
  const std::regex form("libwebsockets " + number + ", OpenSSL " + number + ", libuv " + number +
                        "; event loop: libuv");
  INFO(library_versions());
  CHECK(std::regex_match(library_versions(), form));
}

TEST_CASE("a runtime makes loops that run on threads of their own") {
  TestLog log;
  const auto runtime = make_lws_runtime(log);
  auto first = runtime->make_loop();
  auto second = runtime->make_loop();
  REQUIRE(first);
  REQUIRE(second);
  int ran = 0;
  std::thread other([&] { (*second)->run(); });
  (*first)->schedule(TimePoint{}, [&] {
    CHECK((*second)->post([&] {
      CHECK((*first)->post([&] {
        ++ran;
        (*first)->stop();
      }));
      (*second)->stop();
    }));
  });
  (*first)->run();
  other.join();
  CHECK(ran == 1);
  CHECK(log.text().empty());
}

TEST_CASE("a taken port is an error of the runtime") {
  TestLog log;
  const auto runtime = make_lws_runtime(log);
  auto taken = runtime->open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(taken);
  const auto again = runtime->open_listen_sockets("127.0.0.1", taken->front().port(), 1);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::bind);
}

}  // namespace wsb::net

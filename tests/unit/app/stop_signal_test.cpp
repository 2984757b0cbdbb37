#include "core/app/stop_signal.h"

#include <catch2/catch.hpp>
#include <thread>
#include <vector>

using wsb::app::StopSignal;

TEST_CASE("a stop signal tells its listener the count of every request") {
  StopSignal stop;
  std::vector<int> heard;
  stop.set_listener([&](int count) { heard.push_back(count); });
  CHECK(heard.empty());
  stop.request();
  stop.request();
  CHECK(heard == std::vector<int>{1, 2});
  CHECK(stop.count() == 2);
}

TEST_CASE("a listener that comes late hears of the requests before it, once") {
  StopSignal stop;
  stop.request();
  stop.request();
  std::vector<int> heard;
  stop.set_listener([&](int count) { heard.push_back(count); });
  CHECK(heard == std::vector<int>{2});
}

TEST_CASE("a removed listener hears nothing more") {
  StopSignal stop;
  int calls = 0;
  stop.set_listener([&](int) { ++calls; });
  stop.set_listener(nullptr);
  stop.request();
  CHECK(calls == 0);
}

TEST_CASE("requests from several threads are all counted") {
  StopSignal stop;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 100; ++n) stop.request();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(stop.count() == 400);
}

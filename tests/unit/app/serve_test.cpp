#include "core/app/serve.h"

#include <pthread.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/app/threaded_runtime.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

class SafeLog final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override {
    const std::lock_guard lock(mutex_);
    if (level <= LogLevel::info) lines_.emplace_back(line);
  }
  [[nodiscard]] bool enabled(LogLevel) const override { return true; }
  [[nodiscard]] std::size_t count(const std::string& wanted) {
    const std::lock_guard lock(mutex_);
    std::size_t found = 0;
    for (const std::string& line : lines_) found += line == wanted ? 1U : 0U;
    return found;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

struct Bench {
  ThreadedRuntime runtime;
  SafeLog log;
  StopSignal stop;
  ServeConfig config;
  int ready_calls = 0;
  ServeReady ready;
  std::function<void()> when_ready = [this] { stop.request(); };

  Result<ServeReport> run() {
    return run_serve(config, {runtime, log, stop, {}, [this](const ServeReady& now_ready) {
                                ++ready_calls;
                                ready = now_ready;
                                when_ready();
                              }});
  }
};

}  // namespace

TEST_CASE("serve says where it is once every worker accepts, and stops when asked") {
  Bench bench;
  bench.config.port = 0;
  bench.config.threads = 3;
  bench.when_ready = [&] {
    for (std::size_t i = 0; i < 3; ++i) CHECK(bench.runtime.worker(i).handler != nullptr);
    bench.stop.request();
  };
  const auto report = bench.run();
  REQUIRE(report.has_value());
  CHECK(report->all_closed);
  CHECK(report->listener.accepted == 3);
  CHECK(bench.ready_calls == 1);
  CHECK(bench.ready.urls == std::vector<std::string>{"ws://127.0.0.1:4242"});
  CHECK(bench.ready.page_url == "http://127.0.0.1:4242");
  CHECK(bench.ready.workers == 3);
  CHECK(bench.ready.certificate_fingerprint.empty());
  for (std::size_t i = 0; i < 3; ++i) CHECK_FALSE(bench.runtime.worker(i).accepting);
}

TEST_CASE("a configuration that cannot work starts nothing") {
  Bench bench;
  bench.config.raw = bench.config.echo = true;
  const auto report = bench.run();
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().code == ErrorCode::invalid_argument);
  CHECK(bench.runtime.sockets_opened == 0);
  CHECK(bench.ready_calls == 0);
}

TEST_CASE("a missing public folder or certificate is found before a port is opened") {
  Bench bench;
  bench.config.public_dir = "/nonexistent/folder";
  CHECK(bench.run().error().text() ==
        "cannot open the public folder '/nonexistent/folder': No such file or directory");
  bench.config.public_dir.clear();
  bench.config.certificate_file = "/nonexistent/cert.pem";
  bench.config.key_file = "/nonexistent/key.pem";
  CHECK(bench.run().error().code == ErrorCode::tls_setup);
  CHECK(bench.runtime.sockets_opened == 0);
}

TEST_CASE("a self-signed certificate is made and its fingerprint told") {
  Bench bench;
  bench.config.tls_self_signed = true;
  REQUIRE(bench.run().has_value());
  CHECK(bench.ready.urls == std::vector<std::string>{"wss://127.0.0.1:3000"});
  CHECK(bench.ready.page_url == "https://127.0.0.1:3000");
  CHECK(bench.ready.certificate_fingerprint.size() == 32 * 3 - 1);
}

TEST_CASE("a port that is taken is the error, as it is") {
  Bench bench;
  bench.runtime.bind_error = make_error(ErrorCode::bind, "taken");
  const auto report = bench.run();
  CHECK(report.error().code == ErrorCode::bind);
  CHECK(report.error().text() == "taken");
  CHECK(bench.ready_calls == 0);
}

TEST_CASE("one worker that cannot start ends them all") {
  Bench bench;
  bench.config.threads = 3;
  bench.runtime.failing_worker = 1;
  const auto report = bench.run();
  CHECK(report.error().text() == "this listener does not start");
  CHECK(bench.ready_calls == 0);
}

TEST_CASE("a thread that the system refuses is an error, and nothing is half-started") {
  pthread_attr_t before;
  pthread_attr_t huge;
  REQUIRE(pthread_getattr_default_np(&before) == 0);
  REQUIRE(pthread_getattr_default_np(&huge) == 0);
  REQUIRE(pthread_attr_setstacksize(&huge, std::size_t{1} << 50U) == 0);
  Bench bench;
  bench.config.threads = 2;
  REQUIRE(pthread_setattr_default_np(&huge) == 0);
  const auto report = bench.run();
  REQUIRE(pthread_setattr_default_np(&before) == 0);
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().text() ==
        "cannot start a worker thread: Resource temporarily unavailable");
  CHECK(bench.ready_calls == 0);
}

TEST_CASE("a server may have as many files open as the system lets it") {
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = 200;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  Bench bench;
  REQUIRE(bench.run().has_value());
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(limit.rlim_cur == limit.rlim_max);
}

TEST_CASE("a request to stop that came before the start is heeded") {
  Bench bench;
  bench.stop.request();
  bench.when_ready = [] {};
  REQUIRE(bench.run().has_value());
  CHECK(bench.ready_calls == 1);
}

TEST_CASE("a worker whose loop ends by itself ends the server with an error") {
  Bench bench;
  bench.config.threads = 2;
  bench.when_ready = [&] { bench.runtime.worker(1).loop->stop(); };
  CHECK(bench.run().error().text() == "a worker thread has ended by itself");
}

TEST_CASE("clients are closed with 1001, and what they said before reaches all workers") {
  Bench bench;
  bench.config.threads = 2;
  bench.config.raw = true;
  StubConnection* listener = nullptr;
  StubConnection* speaker = nullptr;
  bench.when_ready = [&] {
    bench.runtime.open(1, 0, true, [&](StubConnection& client) {
      listener = &client;
      bench.runtime.open(0, 0, true, [&](StubConnection& other) {
        speaker = &other;
        other.say("last words");
        bench.stop.request();
      });
    });
  };
  const auto report = bench.run();
  REQUIRE(report.has_value());
  CHECK(report->all_closed);
  CHECK(report->hub.messages == 1);
  CHECK(report->hub.deliveries == 1);
  CHECK(listener->received == std::string("\x81\x0alast words"));
  CHECK(speaker->received.empty());
  CHECK(listener->closed_with == 1001);
  CHECK(speaker->closed_with == 1001);
  CHECK(bench.log.count("shutting down") == 1);
}

TEST_CASE("a client that never answers the close holds the server only so long") {
  Bench bench;
  bench.config.threads = 1;
  bench.config.drain_timeout = std::chrono::milliseconds(20);
  StubConnection* deaf = nullptr;
  bench.when_ready = [&] {
    bench.runtime.open(0, 0, false, [&](StubConnection& client) {
      deaf = &client;
      bench.stop.request();
    });
  };
  const auto report = bench.run();
  REQUIRE(report.has_value());
  CHECK_FALSE(report->all_closed);
  CHECK(deaf->closed_with == 1001);
}

TEST_CASE("a second request to stop ends the wait for clients at once") {
  Bench bench;
  bench.config.threads = 1;
  bench.config.drain_timeout = std::chrono::hours(1);
  bench.when_ready = [&] {
    bench.runtime.open(0, 0, false, [&](StubConnection&) {
      bench.stop.request();
      bench.stop.request();
    });
  };
  const auto report = bench.run();
  REQUIRE(report.has_value());
  CHECK_FALSE(report->all_closed);
}

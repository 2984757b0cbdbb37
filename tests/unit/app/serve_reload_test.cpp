#include "core/app/serve_reload.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <mutex>
#include <string>
#include <vector>

#include "core/app/serve.h"
#include "core/net/tls/self_signed.h"
#include "tests/unit/app/access_files.h"
#include "tests/unit/app/threaded_runtime.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

class ReloadLog final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override {
    const std::lock_guard lock(mutex_);
    if (line.find("reload") != line.npos || level == LogLevel::warning) {
      lines_.push_back((level == LogLevel::error ? "error: " : "") + std::string(line));
    }
  }
  [[nodiscard]] bool enabled(LogLevel) const override { return true; }
  [[nodiscard]] std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

// A server with two workers that is asked to reload once, after `change`, and ended when it has.
struct Bench {
  AccessFiles files;
  ThreadedRuntime runtime;
  ReloadLog log;
  StopSignal stop;
  ReloadSignal reload;
  ServeConfig config;
  std::function<void()> change = [] {};
  std::atomic<int> reloaded{0};

  void write_identity(const net::ServerIdentity& identity) {
    config.certificate_file = files.write("cert.pem", identity.certificate_pem);
    config.key_file = files.write("key.pem", identity.private_key_pem);
  }
  void run() {
    config.threads = 2;
    const auto on_ready = [this](const ServeReady&) {
      change();
      reload.request();
    };
    const auto on_reloaded = [this] {
      ++reloaded;
      stop.request();
    };
    REQUIRE(run_serve(config, {runtime, log, stop, {}, on_ready, &reload, on_reloaded}));
  }
};

}  // namespace

TEST_CASE("every worker takes the new certificate, and then it is told") {
  Bench bench;
  const net::ServerIdentity renewed = net::make_self_signed({"new.test"}).value();
  bench.write_identity(net::make_self_signed({"old.test"}).value());
  bench.change = [&] { bench.write_identity(renewed); };
  bench.run();
  CHECK(bench.reloaded == 1);
  CHECK(bench.log.lines() ==
        std::vector<std::string>{"reloaded: certificate sha256 " + renewed.sha256_fingerprint});
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(bench.runtime.worker(i).identities == std::vector{renewed.sha256_fingerprint});
  }
}

TEST_CASE("one bad file leaves all of the old ones in force") {
  Bench bench;
  bench.write_identity(net::make_self_signed({"old.test"}).value());
  const std::string tokens = bench.files.write("tokens", "good\n");
  bench.config.access.token_file = tokens;
  bench.change = [&] {
    bench.write_identity(net::make_self_signed({"new.test"}).value());
    bench.files.write("tokens", "\n");
  };
  bench.run();
  CHECK(bench.reloaded == 1);
  CHECK(bench.log.lines() ==
        std::vector<std::string>{
            "error: cannot reload, what was in force stays so: the token file '" + tokens +
            "': there is no token in it"});
  for (std::size_t i = 0; i < 2; ++i) CHECK(bench.runtime.worker(i).identities.empty());
}

TEST_CASE("a certificate made on the spot stays") {
  Bench bench;
  bench.config.tls_self_signed = true;
  bench.run();
  CHECK(bench.log.lines() == std::vector<std::string>{"reloaded: no files"});
  for (std::size_t i = 0; i < 2; ++i) CHECK(bench.runtime.worker(i).identities.empty());
}

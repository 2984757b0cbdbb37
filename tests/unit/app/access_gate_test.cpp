#include "core/app/access_gate.h"

#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "tests/unit/app/access_files.h"
#include "tests/unit/app/threaded_runtime.h"

using namespace wsb;
using namespace wsb::app;

namespace {

class KeptExchange final : public net::HttpExchange {
 public:
  [[nodiscard]] const net::HttpRequest& request() const override { return asked; }
  void respond(net::HttpResponse response) override { answer = std::move(response); }

  net::HttpRequest asked;
  std::optional<net::HttpResponse> answer;
};

std::shared_ptr<const AccessPolicy> policy_of(const AccessConfig& config) {
  return AccessPolicy::load(config, false).value();
}

}  // namespace

TEST_CASE("the gate answers whom it refuses, and counts by cause") {
  AccessConfig config;
  config.token = "t";
  AccessGate gate(policy_of(config));
  const auto exchange = std::make_shared<KeptExchange>();
  int admitted = 0;
  const auto ask = [&](Right right) {
    gate.admit(exchange, right, [&](const AccessGrant&) { ++admitted; });
  };
  ask(Right::subscribe);
  CHECK(exchange->answer->status == 401);
  exchange->asked.headers = {{"Authorization", "Bearer t"}};
  ask(Right::publish);
  CHECK(admitted == 1);
  exchange->asked.headers.add("Origin", "http://evil.test");
  ask(Right::page);
  CHECK(exchange->answer->status == 403);
  CHECK(admitted == 1);
  CHECK(gate.counters() == AccessCounters{.origin = 1, .credentials = 1});
}

TEST_CASE("a new policy holds from the next request on") {
  AccessConfig config;
  config.token = "old";
  AccessGate gate(policy_of(config));
  config.token = "new";
  gate.swap_policy(policy_of(config));
  bool admitted = false;
  gate.judge({{{"Authorization", "Bearer new"}}, ""}, Right::connect,
             [&](const AccessVerdict& verdict) {
               admitted = std::holds_alternative<AccessGrant>(verdict);
             });
  CHECK(admitted);
}

namespace {

// A gate on a worker's thread, with a desk that takes the password "right" once it is let go.
struct Checkpoint {
  Checkpoint() {
    AccessConfig config;
    const std::string hash = "$5$salt$" + std::string(43, 'h');
    config.password_file = files.write("users", "ada:" + hash + "\n");
    desk.emplace(
        [this](const session::PasswordFile&, std::string_view, std::string_view password) {
          leave.wait();
          return password == "right";
        },
        PasswordDeskLimits{.questions = 2});
    gate.emplace(policy_of(config), &*desk, &loop);
    thread = std::thread([this] { loop.run(); });
  }
  ~Checkpoint() {
    loop.stop();
    thread.join();
    desk.reset();
  }

  void post(std::function<void()> action) {
    const bool posted = loop.post(std::move(action));
    WSB_CHECK(posted);
  }
  // The status, or 200: on the loop's thread.
  std::future<int> ask(const std::string& credentials) {
    const auto answer = std::make_shared<std::promise<int>>();
    post([this, answer, credentials] {
      gate->judge({{{"Authorization", "Basic " + credentials}}, ""}, Right::connect,
                  [answer](const AccessVerdict& verdict) {
                    const auto* refusal = std::get_if<AccessRefusal>(&verdict);
                    answer->set_value(refusal == nullptr ? 200 : refusal->response.status);
                  });
    });
    return answer->get_future();
  }
  AccessCounters counters() {
    std::promise<AccessCounters> seen;
    post([&] { seen.set_value(gate->counters()); });
    return seen.get_future().get();
  }

  AccessFiles files;
  serving::QueueLoop loop;
  std::promise<void> go;
  std::shared_future<void> leave = go.get_future().share();
  std::optional<PasswordDesk> desk;
  std::optional<AccessGate> gate;
  std::thread thread;
};

constexpr const char* kRight = "YWRhOnJpZ2h0";   // ada:right
constexpr const char* kWrong = "YWRhOndyb25n";   // ada:wrong
constexpr const char* kWorse = "YWRhOndvcnNl";   // ada:worse

}  // namespace

TEST_CASE("passwords are checked elsewhere while the worker goes on, and too many are refused") {
  Checkpoint checkpoint;
  auto right = checkpoint.ask(kRight);
  auto wrong = checkpoint.ask(kWrong);
  auto too_many = checkpoint.ask(kWorse);
  CHECK(too_many.get() == 503);
  CHECK(checkpoint.counters() == AccessCounters{.busy = 1});
  CHECK(right.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  checkpoint.go.set_value();
  CHECK(right.get() == 200);
  CHECK(wrong.get() == 401);
  CHECK(checkpoint.ask(kRight).get() == 200);
  CHECK(checkpoint.counters() == AccessCounters{.credentials = 1, .busy = 1});
}

TEST_CASE("a question is judged by the policy under which it was asked") {
  Checkpoint checkpoint;
  auto right = checkpoint.ask(kRight);
  checkpoint.post([&] {
    AccessConfig config;
    config.token = "t";
    checkpoint.gate->swap_policy(policy_of(config));
  });
  checkpoint.go.set_value();
  CHECK(right.get() == 200);
}

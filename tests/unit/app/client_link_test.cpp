#include "core/app/client_link.h"

#include <catch2/catch.hpp>

#include <poll.h>

#include <string>

#include "core/base/limits.h"
#include "tests/support/echo_runtime.h"

namespace wsb::app {
namespace {

// The main thread of a client, as far as a link sees it.
struct User {
  explicit User(ClientLink& to) : link(&to) {}

  // Takes what is there, after waiting for it; false when nothing comes.
  bool take() {
    pollfd wake{link->wake_fd(), POLLIN, 0};
    if (::poll(&wake, 1, 10'000) != 1) return false;
    for (ClientEvent& event : link->take_events()) {
      if (std::holds_alternative<ClientOpened>(event)) ++opened;
      if (auto* message = std::get_if<ClientReceived>(&event)) {
        received.push_back(std::move(message->payload));
        unread_bytes += received.back().size();
        ++unread_messages;
      }
      if (auto* end = std::get_if<ClientEnded>(&event)) ended = end->report;
    }
    return true;
  }
  void report_written() {
    link->written(unread_bytes, unread_messages);
    unread_bytes = unread_messages = 0;
  }
  void run_to_end() {
    while (!ended) {
      REQUIRE(take());
      report_written();
    }
  }

  ClientLink* link;
  int opened = 0;
  std::vector<std::string> received;
  std::size_t unread_bytes = 0;
  std::size_t unread_messages = 0;
  std::optional<ClientReport> ended;
};

ClientConfig until_count(std::uint64_t count) {
  ClientConfig config;
  config.count = count;
  return config;
}

TEST_CASE("a link carries messages there and back, in order, and then the report") {
  EchoRuntime runtime;
  auto link = ClientLink::open(runtime, until_count(3));
  REQUIRE(link);
  User user(**link);
  (*link)->submit({{ws::Opcode::text, "one"}, {ws::Opcode::text, "two"}});
  (*link)->submit({{ws::Opcode::binary, "three"}});
  user.run_to_end();
  CHECK(user.opened == 1);
  CHECK(user.received == std::vector<std::string>{"one", "two", "three"});
  CHECK(user.ended->stop == ClientStop::count_reached);
  CHECK(user.ended->sent == 3);
}

TEST_CASE("the end of input, a quit and a stop reach the session") {
  EchoRuntime runtime;
  SECTION("end of input") {
    auto link = ClientLink::open(runtime, until_count(0));
    REQUIRE(link);
    User user(**link);
    (*link)->end_input();
    user.run_to_end();
    CHECK(user.ended->stop == ClientStop::input_ended);
  }
  SECTION("quit") {
    auto link = ClientLink::open(runtime, {});
    REQUIRE(link);
    User user(**link);
    (*link)->quit();
    user.run_to_end();
    CHECK(user.ended->stop == ClientStop::input_ended);
  }
  SECTION("stop") {
    auto link = ClientLink::open(runtime, {});
    REQUIRE(link);
    User user(**link);
    (*link)->stop(ClientStop::interrupted);
    user.run_to_end();
    CHECK(user.ended->stop == ClientStop::interrupted);
  }
}

TEST_CASE("a link may be dropped in the middle of everything") {
  EchoRuntime runtime;
  auto link = ClientLink::open(runtime, {});
  REQUIRE(link);
  (*link)->submit({{ws::Opcode::text, "never read"}});
  link->reset();
  CHECK(*link == nullptr);
}

TEST_CASE("what cannot be set up is an error, not a link") {
  EchoRuntime runtime;
  runtime.no_loops = true;
  const auto link = ClientLink::open(runtime, {});
  REQUIRE_FALSE(link);
  CHECK(link.error().text() == "no loop today");
}

TEST_CASE("the network stops reading while the user does not write, and loses nothing") {
  EchoRuntime runtime;
  constexpr std::size_t kMessages = 64;
  const std::string big(100'000, 'x');
  auto link = ClientLink::open(runtime, until_count(kMessages));
  REQUIRE(link);
  User user(**link);
  for (std::size_t i = 0; i < kMessages; ++i) (*link)->submit({{ws::Opcode::text, big}});
  // Nothing is reported as written: no more than the limit and one message arrives.
  while (user.unread_bytes <= limits::kOutputQueueBytes) REQUIRE(user.take());
  CHECK(user.unread_bytes <= limits::kOutputQueueBytes + big.size());
  user.report_written();
  user.run_to_end();
  CHECK(user.received.size() == kMessages);
}

TEST_CASE("there is room for input again as soon as the connection has taken some") {
  EchoRuntime runtime;
  auto link = ClientLink::open(runtime, {});
  REQUIRE(link);
  User user(**link);
  const std::string big(limits::kInputQueueBytes, 'x');
  CHECK((*link)->room() == limits::kInputQueueBytes);
  (*link)->submit({{ws::Opcode::text, big}});
  while ((*link)->room() == 0) REQUIRE(user.take());
  (*link)->quit();
  user.run_to_end();
  CHECK(user.ended->sent == 1);
}

}  // namespace
}  // namespace wsb::app

#include "core/app/serve_losses.h"

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

using namespace wsb;
using namespace wsb::app;

namespace {

class Lines final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override {
    lines.emplace_back(level, std::string(line));
  }
  [[nodiscard]] bool enabled(LogLevel) const override { return true; }
  std::vector<std::pair<LogLevel, std::string>> lines;
};

}  // namespace

TEST_CASE("losses are told when they grow, each growth once, for each worker") {
  Lines log;
  ServeLosses losses(log);
  WorkerSnapshot snapshot;
  losses.look(0, snapshot);
  CHECK(log.lines.empty());

  snapshot.listener.slow_readers = 2;
  snapshot.hub.dropped = 1500;
  losses.look(0, snapshot);
  losses.look(0, snapshot);
  REQUIRE(log.lines.size() == 1);
  CHECK(log.lines[0].first == LogLevel::warning);
  CHECK(log.lines[0].second ==
        "2 slow readers disconnected, 1,500 messages dropped for slow readers");

  snapshot.hub.dropped = 1501;
  snapshot.hub.mailbox_refusals = 3;
  snapshot.listener.accept_pauses = 1;
  losses.look(0, snapshot);
  REQUIRE(log.lines.size() == 2);
  CHECK(log.lines[1].second ==
        "1 messages dropped for slow readers, 3 batches lost between workers, "
        "1 pauses in accepting for want of file descriptors");

  losses.look(1, snapshot);
  REQUIRE(log.lines.size() == 3);
  CHECK(log.lines[2].second.substr(0, 29) == "2 slow readers disconnected, ");
}

TEST_CASE("the numbers of listeners add up") {
  net::ListenerStats a;
  a.accepted = 1;
  a.handshake_failures = 2;
  a.upgrades_refused = 3;
  a.protocol_errors = 4;
  a.too_large = 5;
  a.slow_readers = 6;
  a.keepalive_timeouts = 7;
  a.accept_pauses = 8;
  a.open = 9;
  a.requests_open = 10;
  const net::ListenerStats sum = sum_of(a, a);
  CHECK(sum.accepted == 2);
  CHECK(sum.handshake_failures == 4);
  CHECK(sum.upgrades_refused == 6);
  CHECK(sum.protocol_errors == 8);
  CHECK(sum.too_large == 10);
  CHECK(sum.slow_readers == 12);
  CHECK(sum.keepalive_timeouts == 14);
  CHECK(sum.accept_pauses == 16);
  CHECK(sum.open == 18);
  CHECK(sum.requests_open == 20);
}

TEST_CASE("who was not let in is told by cause, once for each look") {
  Lines log;
  ServeLosses losses(log);
  WorkerSnapshot snapshot;
  snapshot.access = {.origin = 1, .credentials = 2000, .rights = 3, .publishers = 4};
  losses.look(0, snapshot);
  losses.look(0, snapshot);
  REQUIRE(log.lines.size() == 1);
  CHECK(log.lines[0].second ==
        "1 requests of pages of other origins refused, 2,000 requests without good credentials "
        "refused, 7 requests and messages beyond their credentials refused");
}

TEST_CASE("limits that clients ran into are told by cause") {
  Lines log;
  ServeLosses losses(log);
  WorkerSnapshot snapshot;
  snapshot.limits = {.server_full = 1000, .address_full = 2, .idle = 3, .rate_pauses = 4};
  losses.look(0, snapshot);
  losses.look(0, snapshot);
  REQUIRE(log.lines.size() == 1);
  CHECK(log.lines[0].second ==
        "1,000 handshakes refused as the server was full, 2 handshakes refused as their address "
        "had too many clients, 3 idle clients closed, 4 pauses in reading from clients that send "
        "too fast");
}

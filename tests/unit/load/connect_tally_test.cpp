#include "core/load/connect_tally.h"

#include <catch2/catch.hpp>

namespace {

using namespace wsb;
using namespace wsb::load;
using By = net::CloseInfo::By;

net::CloseInfo closed(By by, std::uint16_t code, std::string reason) {
  net::CloseInfo info;
  info.by = by;
  info.code = code;
  info.reason = std::move(reason);
  return info;
}

TEST_CASE("an end has its cause in one line") {
  CHECK(cause_of(closed(By::peer, 1013, "slow reader")) ==
        "closed by the server with 1013 'slow reader'");
  CHECK(cause_of(closed(By::peer, 1001, "")) == "closed by the server with 1001");
  CHECK(cause_of(closed(By::local, 1002, "")) == "closed by us with 1002");
  CHECK(cause_of(closed(By::peer, 4000, "two\nlines")) ==
        "closed by the server with 4000 'two\\x0alines'");
  auto lost = closed(By::network, 1006, "");
  lost.phase = net::Phase::handshake;
  CHECK(cause_of(lost) == "connection lost (handshake)");
  lost.error = make_error(ErrorCode::connect, "connection refused");
  CHECK(cause_of(lost) == "connection refused");
}

TEST_CASE("opened connections give the times of their handshake") {
  ConnectTally tally;
  net::ConnectionInfo info;
  info.times.connected = 1ms;
  info.times.upgraded = 3ms;
  tally.opened(info, TimePoint{5s});
  CHECK(tally.ok() == 1);
  CHECK(tally.tcp().max() == 1ms);
  CHECK(tally.tls().empty());
  CHECK(tally.upgrade().max() == 3ms);
  info.tls = true;
  info.times.tls_done = 2ms;
  tally.opened(info, TimePoint{6s});
  CHECK(tally.tls().max() == 2ms);
  CHECK(tally.last_opened() == TimePoint{6s});
}

TEST_CASE("failures and drops are counted by cause, and merged") {
  ConnectTally one;
  ConnectTally two;
  one.failed(closed(By::peer, 1001, ""));
  one.failed(closed(By::peer, 1001, ""));
  two.failed(closed(By::peer, 1001, ""));
  two.dropped(closed(By::peer, 1013, ""));
  one.merge(two);
  CHECK(one.failed_total() == 3);
  CHECK(one.failed_why() == ConnectTally::Causes{{"closed by the server with 1001", 3}});
  CHECK(one.dropped_total() == 1);
  CHECK(one.dropped_why() == ConnectTally::Causes{{"closed by the server with 1013", 1}});
}

TEST_CASE("connections that our own leaving ended are neither failed nor dropped") {
  ConnectTally tally;
  tally.failed(closed(By::local, 1006, ""));
  tally.dropped(closed(By::local, 1006, ""));
  CHECK(tally.failed_total() == 0);
  CHECK(tally.dropped_total() == 0);
  auto broken = closed(By::local, 1002, "");
  broken.error = make_error(ErrorCode::protocol, "a masked frame");
  tally.dropped(broken);
  CHECK(tally.dropped_why() == ConnectTally::Causes{{"a masked frame", 1}});
}

TEST_CASE("a thousand different causes do not fill the memory") {
  ConnectTally tally;
  for (int i = 0; i < 1000; ++i) tally.failed(closed(By::peer, 1001, std::to_string(i)));
  CHECK(tally.failed_total() == 1000);
  CHECK(tally.failed_why().size() == ConnectTally::kCauses + 1);
  CHECK(tally.failed_why().at("other causes") == 1000 - ConnectTally::kCauses);
}

}  // namespace

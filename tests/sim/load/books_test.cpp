#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/support/fanout_bed.h"

namespace {

using namespace wsb;
using namespace wsb::load;
using Fate = RelayServer::Fate;

// Peers by their order of connecting: the publishers, then clients and canaries in turn; of 20
// clients and 2 canaries the canaries are the 6th and the 17th.
constexpr std::size_t kPublisherA = 0;
constexpr std::size_t kPublisherB = 1;
constexpr std::size_t kClientA = 2;
constexpr std::size_t kClientB = 3;

struct End {
  std::size_t peer;
  Duration after;  // the beginning of the steady phase
};

struct Case {
  const char* name;
  std::vector<End> ends;
  // What has to come out, for two publishers of 100 messages each, one every 20 ms.
  std::uint64_t sent;
  std::uint64_t cut_off;
  std::uint64_t not_connected;
};

// 5 ms behind a message: by then everybody has it.
constexpr Duration kHalf = 995ms;
constexpr Duration kThreeQuarters = 1495ms;

std::vector<Case> cases() {
  return {
      {"nobody ends", {}, 200, 0, 0},
      {"a publisher ends", {{kPublisherA, kHalf}}, 150, 50, 0},
      {"a client ends", {{kClientA, kHalf}}, 200, 0, 100},
      {"two clients end", {{kClientA, kHalf}, {kClientB, kThreeQuarters}}, 200, 0, 150},
      // 100 messages until the half, then 25 until three quarters and 25 more: those are missing.
      {"a publisher ends, then a client",
       {{kPublisherA, kHalf}, {kClientA, kThreeQuarters}},
       150,
       50,
       25},
      {"a client ends, then a publisher",
       {{kClientA, kHalf}, {kPublisherA, kThreeQuarters}},
       175,
       25,
       75},
      {"a publisher and a client end at once",
       {{kPublisherA, kHalf}, {kClientA, kHalf}},
       150,
       50,
       50},
      {"one publisher ends, then the other",
       {{kPublisherA, kHalf}, {kPublisherB, kThreeQuarters}},
       125,
       75,
       0},
  };
}

TEST_CASE("the books balance whoever ends, and when") {
  for (const Case& each : cases()) {
    for (const bool lossy : {false, true}) {
      INFO(each.name << (lossy ? ", and the server loses every tenth message of one client" : ""));
      RelayServer::Options options;
      options.fate = [lossy](std::size_t receiver, const Token& token) {
        const bool lose = lossy && receiver == kClientB + 1 && token.seq % 10 == 0;
        return lose ? Fate::drop : Fate::deliver;
      };
      FanoutBed bed(options);
      bed.config.publishers = 2;
      bed.start();
      REQUIRE(bed.run_until_phase(Phase::steady));
      const TimePoint begin = bed.run().plan()->steady_begin();
      for (const End& end : each.ends) {
        bed.network.advance(begin + end.after - bed.network.now());
        bed.server.peer(end.peer)->abort();
      }
      REQUIRE(bed.finish());
      const auto status = bed.run().publishers().status();
      const auto balance = bed.balance();
      CHECK(status.steady_sent == each.sent);
      CHECK(status.steady_disconnected == each.cut_off);
      CHECK(status.steady_unsent == 0);
      CHECK(balance.not_connected == each.not_connected);
      CHECK(balance.expected + balance.not_connected == each.sent * 20);
      CHECK(balance.expected == bed.counts().received + balance.lost);
      CHECK((balance.lost > 0) == lossy);
    }
  }
}

}  // namespace

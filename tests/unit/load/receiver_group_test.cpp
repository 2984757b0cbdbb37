#include "core/load/receiver_group.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_net.h"
#include "tests/support/relay_server.h"

namespace {

using namespace wsb;
using namespace wsb::load;

constexpr std::uint32_t kRun = 5;

struct Bed {
  explicit Bed(std::vector<std::uint32_t> positions) : server(network, {}) {
    ReceiverGroup::Config config;
    config.connector.connect.url.host = "127.0.0.1";
    config.connector.connect.url.port = server.port();
    config.connector.total = positions.size();
    config.connector.positions = std::move(positions);
    config.run = kRun;
    config.thread_cpu = [this] { return cpu; };
    config.thread_wait = [this] { return wait; };
    group = std::make_unique<ReceiverGroup>(network, *loop, config);
    group->start(network.now());
  }
  void open_all() {
    REQUIRE(network.run_until([&] { return group->status(nullptr).connects_done; }));
    network.run_until_idle();
  }
  void send(std::size_t peer, std::uint32_t seq, TimePoint intended) {
    Bytes payload(kTokenBytes, '.');
    write_token(payload, {kRun, 0, seq, intended, 0us});
    server.peer(peer)->send(ws::Opcode::text, payload);
    network.run_until_idle();
  }

  net::FakeRuntime network;
  RelayServer server;
  Duration cpu{};
  Duration wait{};
  std::unique_ptr<ReceiverGroup> group;
  std::unique_ptr<net::Loop> loop = network.make_loop().value();
};

TEST_CASE("a group opens its receivers and counts what each of them gets") {
  Bed bed({0, 1, 2});
  CHECK_FALSE(bed.group->status(nullptr).connects_done);
  bed.open_all();
  CHECK(bed.group->status(nullptr).open == 3);
  CHECK(bed.group->status(nullptr).opened == 3);
  for (std::uint32_t seq = 0; seq < 5; ++seq) bed.send(1, seq, bed.network.now());
  CHECK(bed.group->status(nullptr).probe_copies == std::array<std::uint64_t, 5>{1, 1, 1, 1, 1});
  CHECK(bed.group->status(nullptr).messages == 5);

  const TimePoint start = bed.network.now();
  bed.group->begin({Rate{10}, 1, start, start, start + 1s});
  bed.send(0, 5, start);
  bed.send(2, 5, start);
  SentBook sent(1);
  sent.sent(0, kProbeMessages);
  const auto status = bed.group->status(&sent);
  CHECK(status.received == 2);
  CHECK(status.missing == 1);
  CHECK(bed.group->status(nullptr).missing == 0);
  // The second was sent when the first had come.
  CHECK(bed.group->tally().delivery().min() == 50us);
  CHECK(bed.group->tally().delivery().max() == 100us);
}

TEST_CASE("a receiver that is dropped is counted with its cause and expects nothing afterwards") {
  Bed bed({0, 1});
  bed.open_all();
  const TimePoint start = bed.network.now();
  bed.group->begin({Rate{10}, 1, start, start, start + 1s});
  bed.server.peer(0)->close(1013, "slow reader");
  bed.network.advance(150ms);
  CHECK(bed.group->status(nullptr).open == 1);
  CHECK(bed.group->status(nullptr).opened == 2);
  CHECK(bed.group->connects().dropped_why() ==
        ConnectTally::Causes{{"closed by the server with 1013 'slow reader'", 1}});
  SentBook sent(1);
  for (std::uint32_t i = 0; i < 10; ++i) sent.sent(0, kProbeMessages + i);
  const auto balance = bed.group->tally().balance(sent);
  CHECK(balance.not_connected == 9);
  CHECK(balance.expected == 11);
}

TEST_CASE("closing ends every connection with 1000 and drops nobody") {
  Bed bed({0, 1, 2});
  bed.open_all();
  bed.group->close_all();
  bed.network.run_until_idle();
  CHECK(bed.group->status(nullptr).open == 0);
  CHECK(bed.group->connects().dropped_total() == 0);
  for (std::size_t i = 0; i < 3; ++i) CHECK(bed.server.peer(i) == nullptr);
}

TEST_CASE("a connection that opens while the group is closing is closed too") {
  Bed bed({0});
  bed.group->close_all();
  bed.network.advance(1s);
  CHECK(bed.group->status(nullptr).connects_done);
  CHECK(bed.group->status(nullptr).open == 0);
  CHECK(bed.group->connects().failed_total() == 0);
}

TEST_CASE("CPU time counts from the steady phase's begin") {
  Bed bed({0});
  bed.open_all();
  bed.cpu = 1s;
  const TimePoint start = bed.network.now();
  bed.group->begin({Rate{10}, 1, start, start + 1s, start + 3s});
  bed.network.advance(1500ms);
  bed.cpu = 1500ms;
  bed.wait = 200ms;
  bed.network.advance(1500ms);
  bed.group->end_steady();
  CHECK(bed.group->cpu_percent() == 25);
  CHECK(bed.group->wait_percent() == 10);
}

}  // namespace

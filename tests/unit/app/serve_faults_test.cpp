#include "core/app/serve_faults.h"

#include <catch2/catch.hpp>
#include <optional>

#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Texts = std::vector<std::string>;

namespace {

// Two thousand messages from one client to three, with faults by chance.
struct Run {
  Run(std::uint64_t seed, int workers) {
    const auto plan = session::parse_fault_plan("drop=1/20,dup=1/30,reorder=1/10").value();
    FakeServer server(ServeMode::raw, workers, {}, false, {}, FakeFaults{plan, seed});
    std::vector<Client*> readers;
    for (int i = 0; i < 3; ++i) readers.push_back(&server.connect());
    Client& writer = server.connect();
    for (int i = 0; i < 2'000; ++i) {
      writer.say(std::to_string(i));
      if (i % 7 == 0) server.network.advance(1ms);
    }
    server.network.advance(2s);
    for (const auto& worker : server.workers) counts += worker->faults->counts();
    for (Client* reader : readers) received.push_back(reader->received);
  }
  session::FaultCounts counts;
  std::vector<Texts> received;
};

session::FaultCounts counted(const std::vector<Texts>& received) {
  session::FaultCounts found;
  for (const Texts& texts : received) {
    std::vector<int> copies(2'000);
    int highest = -1;
    for (const std::string& text : texts) {
      const int number = std::stoi(text);
      found.doubled += copies[static_cast<std::size_t>(number)]++ > 0 ? 1U : 0U;
      if (number < highest) ++found.reordered;
      highest = std::max(highest, number);
    }
    for (const int each : copies) found.dropped += each == 0 ? 1U : 0U;
  }
  return found;
}

}  // namespace

TEST_CASE("what clients find missing, twice and out of order is what was counted") {
  const Run run(42, 2);
  session::FaultCounts expected = counted(run.received);
  CHECK(expected.dropped > 200);
  CHECK(expected.doubled > 100);
  CHECK(expected.reordered > 300);
  expected.messages = 6'000;
  CHECK(run.counts == expected);
}

TEST_CASE("a seed repeats what each client gets, another does not") {
  const Run first(42, 1);
  CHECK(Run(42, 1).received == first.received);
  CHECK(Run(43, 1).received != first.received);
  CHECK(first.received[0] != first.received[1]);
}

TEST_CASE("greetings arrive, and a server that ends sends what waits before the Close") {
  const auto plan = session::parse_fault_plan("delay=1h").value();
  FakeServer server(ServeMode::broadcast, 1, {}, false, {}, FakeFaults{plan, 1});
  Client& reader = server.connect();
  Client& writer = server.connect();
  writer.say("late");
  server.network.advance(1min);
  CHECK(reader.received.size() == 1);
  server.workers[0]->peers->close_all(1s, [] {});
  server.network.advance(1s);
  CHECK(reader.received.size() == 2);
  CHECK(reader.end.code == 1001);
}

TEST_CASE("an echo comes back late, and one that is not read is not lost") {
  const auto plan = session::parse_fault_plan("delay=100ms").value();
  net::ListenConfig listen;
  listen.outbox.max_bytes = 64_KiB;
  FakeServer server(ServeMode::echo, 1, listen, false, {}, FakeFaults{plan, 1});
  Client& client = server.connect();
  client.say("hi");
  server.network.advance(99ms);
  CHECK(client.received.empty());
  server.network.advance(2ms);
  CHECK(client.received == Texts{"hi"});
  const std::string message(20'000, 'x');
  for (int i = 0; i < 100; ++i) client.say(message);
  server.network.advance(1min);
  CHECK(client.received.size() == 101);
}

TEST_CASE("a client that is cut while it is sent to leaves the others alone") {
  const auto plan = session::parse_fault_plan("close=1/3").value();
  FakeServer server(ServeMode::raw, 1, {}, false, {}, FakeFaults{plan, 3});
  std::vector<Client*> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(&server.connect());
  Client& writer = server.connect();
  for (int i = 0; i < 30; ++i) {
    writer.say("x");
    server.network.advance(1ms);
  }
  server.network.advance(10s);
  for (const Client* client : clients) {
    CHECK(client->ended);
    CHECK(client->end.code == 1011);
  }
  CHECK(server.workers[0]->faults->counts().closed == 20);
  CHECK(writer.open);
}

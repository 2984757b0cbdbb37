// A server of several workers, clients on a bad network, many runs by seed: whatever breaks, who is
// still there has heard everything in order, once, and never itself.

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

constexpr int kClients = 24;
constexpr int kMessages = 25;
constexpr auto kSpan = std::chrono::seconds(2);

std::string message_of(int sender, int number) {
  return std::to_string(sender) + ':' + std::to_string(number) + ':' +
         std::string(static_cast<std::size_t>(sender * number) * 7 % 3000, '.');
}

// Sender to the numbers of its messages, as they came.
std::map<int, std::vector<int>> heard_by(const Client& client) {
  std::map<int, std::vector<int>> heard;
  for (const std::string& text : client.received) {
    const int sender = std::stoi(text);
    const int number = std::stoi(text.substr(text.find(':') + 1));
    if (text != message_of(sender, number)) FAIL("damaged: " << text.substr(0, 40));
    heard[sender].push_back(number);
  }
  return heard;
}

bool counts_up_from_zero(const std::vector<int>& numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != static_cast<int>(i)) return false;
  }
  return true;
}

// Every client speaks at random times. What is on its way at the end arrives before this returns.
void talk(FakeServer& server, net::FakeRandom& random) {
  for (std::size_t i = 0; i < server.clients.size(); ++i) {
    TimePoint when = server.client_loop->now();
    for (int n = 0; n < kMessages; ++n) {
      when += Duration(static_cast<Duration::rep>(
          random.next_below(static_cast<std::uint64_t>(Duration(kSpan).count()) / kMessages)));
      server.client_loop->schedule(when, [&client = *server.clients[i], i, n] {
        if (client.open) client.say(message_of(static_cast<int>(i), n));
      });
    }
  }
  server.network.advance(kSpan + std::chrono::seconds(20));
}

}  // namespace

TEST_CASE("whoever is still there has heard everything in order, once, and never itself") {
  int dropped = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    net::ListenConfig listen;
    listen.outbox.max_bytes = 64_MiB;  // nobody is cut for being slow here
    FakeServer server(ServeMode::raw, 1 + static_cast<int>(seed % 4), listen);
    net::FakeRandom random(seed);
    server.network.options().seed = seed;
    // Not both: TCP that breaks while nothing arrives leaves two ends that do not know of it.
    const bool drops = seed % 2 == 0;
    server.network.options().faults = {.drop_probability = drops ? 0.3 : 0,
                                       .stall_probability = drops ? 0 : 0.3,
                                       .within = kSpan,
                                       .stall_for = std::chrono::milliseconds(700),
                                       .small_reads = seed % 3 == 0};
    for (int i = 0; i < kClients; ++i) {
      server.clients.push_back(
          std::make_unique<Client>(server.network, *server.client_loop, server.port));
    }
    REQUIRE(server.network.run_until([&] {
      for (const auto& client : server.clients) {
        if (!client->open && !client->ended) return false;
      }
      return true;
    }));
    const std::vector<bool> was_there = [&] {
      std::vector<bool> there;
      for (const auto& client : server.clients) there.push_back(client->open);
      return there;
    }();
    talk(server, random);

    for (std::size_t i = 0; i < server.clients.size(); ++i) {
      std::map<int, std::vector<int>> heard = heard_by(*server.clients[i]);
      CHECK_FALSE(heard.contains(static_cast<int>(i)));
      for (const auto& [sender, numbers] : heard) CHECK(counts_up_from_zero(numbers));
      if (!server.clients[i]->open) {
        ++dropped;
        continue;
      }
      for (std::size_t other = 0; other < server.clients.size(); ++other) {
        if (other == i || !was_there[other] || !server.clients[other]->open) continue;
        CHECK(heard[static_cast<int>(other)].size() == kMessages);
      }
    }
  }
  CHECK(dropped > 8);  // the network was as bad as it was meant to be
}

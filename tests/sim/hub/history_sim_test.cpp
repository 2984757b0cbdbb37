// A server of several workers that keeps a history, clients that come and go, by WebSocket and as
// listeners to events, over connections that break and workers that stall, many runs by seed: what
// a client got over all its connections is everything that was said in its rooms, once and in
// order, but for what it was told is missing.

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/event_client.h"
#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

constexpr auto kSpan = std::chrono::seconds(3);
constexpr int kMessages = 60;
constexpr std::uint64_t kGap = 0;  // in the place of an id

std::uint64_t number_behind(const std::string& text, const std::string& name) {
  const std::size_t at = text.find('"' + name + "\":");
  return at == text.npos ? 0 : std::stoull(text.substr(at + name.size() + 3));
}

// Somebody who wants to hear everything in his rooms, whatever happens to his connections.
class Follower {
 public:
  Follower(FakeServer& server, std::vector<std::string> rooms, bool events)
      : server_(server), rooms_(std::move(rooms)), events_(events) {}

  [[nodiscard]] const std::vector<std::string>& rooms() const { return rooms_; }
  [[nodiscard]] bool is_in(const std::string& room) const {
    return std::find(rooms_.begin(), rooms_.end(), room) != rooms_.end();
  }
  [[nodiscard]] bool here() const {
    return (client_ && client_->open) || (listener_ && !listener_->ended);
  }
  // Of all connections so far, and kGap where one was told.
  [[nodiscard]] const std::vector<std::uint64_t>& ids() {
    collect();
    return ids_;
  }

  void come() {
    leave();
    std::string query;
    for (const std::string& room : rooms_) query += "&room=" + room;
    std::uint64_t last = 0;
    for (const std::uint64_t id : ids()) last = std::max(last, id);
    if (events_) {
      listener_ = std::make_unique<net::EventClient>(
          server_.network, *server_.client_loop, server_.port, "/events?" + query.substr(1),
          last == 0 ? "" : std::to_string(last));
    } else {
      if (last != 0) query += "&since=" + std::to_string(last);
      client_ = std::make_unique<Client>(server_.network, *server_.client_loop, server_.port,
                                         std::vector<std::string>(), false, "/?" + query.substr(1));
    }
  }
  void leave() {
    if (client_ && client_->connection != nullptr) client_->connection->abort();
    if (listener_) listener_->leave();
    collect();
    if (client_) left_.push_back(std::move(client_));
    listener_.reset();
  }

 private:
  void collect() {
    if (client_) take_messages(*client_);
    if (listener_) take_events(*listener_);
  }
  void take_messages(Client& client) {
    std::uint64_t announced = 0;
    for (std::size_t i = 0; i < client.received.size(); ++i) {
      const std::string& text = client.received[i];
      if (client.opcodes[i] == ws::Opcode::binary) {
        ids_.push_back(std::exchange(announced, 0));
      } else if (text.starts_with(R"({"type":"binary")")) {
        announced = number_behind(text, "id");
      } else if (text.starts_with(R"({"type":"gap")")) {
        ids_.push_back(kGap);
      } else if (text.starts_with(R"({"type":"broadcast")")) {
        ids_.push_back(number_behind(text, "id"));
      }
    }
    // One whose message has not come is announced again.
    const bool half = announced != 0;
    if (half) {
      client.received.erase(client.received.begin(), client.received.end() - 1);
      client.opcodes.erase(client.opcodes.begin(), client.opcodes.end() - 1);
    } else {
      client.received.clear();
      client.opcodes.clear();
    }
  }
  void take_events(net::EventClient& listener) {
    for (const net::EventClient::Event& event : std::exchange(listener.events, {})) {
      ids_.push_back(event.id.empty() ? kGap : std::stoull(event.id));
    }
  }

  FakeServer& server_;
  const std::vector<std::string> rooms_;
  const bool events_;
  std::unique_ptr<Client> client_;
  std::vector<std::unique_ptr<Client>> left_;  // they hear the end of their connection
  std::unique_ptr<net::EventClient> listener_;
  std::vector<std::uint64_t> ids_;
};

net::ListenConfig roomy() {
  net::ListenConfig listen;
  listen.outbox.max_bytes = 64_MiB;  // nobody is cut for being slow here
  return listen;
}

// What was said in one room, and up to where somebody has heard it.
struct Room {
  std::vector<std::uint64_t> said;
  std::size_t next = 0;
  bool may_skip = true;  // who comes for the first time gets what is kept
};

constexpr std::size_t kForbidden = SIZE_MAX;

// How many messages of its room went missing before this one.
std::size_t go_to(std::map<std::string, Room>& rooms, std::uint64_t id) {
  for (auto& [name, room] : rooms) {
    const auto from = room.said.begin() + static_cast<std::ptrdiff_t>(room.next);
    const auto found = std::find(from, room.said.end(), id);
    if (found == room.said.end()) continue;
    const auto skipped = static_cast<std::size_t>(found - from);
    if (skipped > 0 && !room.may_skip) return kForbidden;
    room.may_skip = false;
    room.next += skipped + 1;
    return skipped;
  }
  return kForbidden;
}

struct Run {
  explicit Run(std::uint64_t seed, const hub::HistoryLimits& limits)
      : random(seed),
        server(ServeMode::broadcast, 1 + static_cast<int>(seed % 4), roomy(), false, {}, {},
               limits) {
    server.network.options().seed = seed;
    for (const char* room : {"a", "b", "c"}) {
      logs.push_back(std::make_unique<Follower>(server, std::vector<std::string>{room}, false));
      logs.back()->come();
      speakers.push_back(&server.connect_to(std::string("/?room=") + room));
    }
    server.settle();
    for (int i = 0; i < 16; ++i) {
      std::set<std::string> rooms;
      for (std::uint64_t n = random.next_below(3) + 1; n > 0; --n) {
        rooms.insert(std::string(1, static_cast<char>('a' + random.next_below(3))));
      }
      followers.push_back(std::make_unique<Follower>(
          server, std::vector<std::string>(rooms.begin(), rooms.end()), i % 3 == 0));
    }
  }

  ~Run() {
    for (auto& follower : followers) follower->leave();
    for (auto& one : logs) one->leave();
    server.settle();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  Duration some_time() {
    return Duration(static_cast<Duration::rep>(
        random.next_below(static_cast<std::uint64_t>(Duration(kSpan).count()))));
  }
  void at_some_time(std::function<void()> action) {
    net::Loop& loop = *server.client_loop;
    loop.schedule(loop.now() + some_time(), std::move(action));
  }
  void live() {
    server.network.options().faults = {.drop_probability = 0.3, .within = kSpan / 4};
    for (int n = 0; n < kMessages; ++n) {
      const std::size_t speaker = random.next_below(speakers.size());
      const bool binary = random.next_below(5) == 0;
      const std::size_t size = random.next_below(8) == 0 ? 200'000 : random.next_below(2000);
      at_some_time([this, speaker, binary, size] { speak(speaker, binary, size); });
    }
    for (auto& follower : followers) {
      for (int n = 0; n < 12; ++n) {
        const bool leaves = random.next_below(3) == 0;
        at_some_time([&one = *follower, leaves] { leaves ? one.leave() : one.come(); });
      }
    }
    for (auto& worker : server.workers) {
      for (int n = 0; n < 6; ++n) {
        auto& loop = static_cast<net::FakeLoop&>(*worker->loop);
        at_some_time([this, &loop] {
          loop.pause_until(server.network.now() + std::chrono::milliseconds(50));
        });
      }
    }
    server.network.advance(Duration(kSpan) * 2);
    server.network.options().faults = {};
    for (auto& follower : followers) {
      follower->come();
      server.settle();
    }
    server.network.advance(std::chrono::seconds(5));
  }
  void speak(std::size_t speaker, bool binary, std::size_t size) {
    (void)speakers[speaker]->connection->send(binary ? ws::Opcode::binary : ws::Opcode::text,
                                              std::string(size, '.'));
  }
  // All that was said in these rooms, as somebody heard it who was always there.
  [[nodiscard]] std::vector<std::uint64_t> said_in(const Follower& follower) {
    std::vector<std::uint64_t> ids;
    for (const auto& log : logs) {
      if (!follower.is_in(log->rooms().front())) continue;
      ids.insert(ids.end(), log->ids().begin(), log->ids().end());
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  net::FakeRandom random;
  FakeServer server;
  std::vector<std::unique_ptr<Follower>> logs;  // of one room each
  std::vector<Client*> speakers;                // the same
  std::vector<std::unique_ptr<Follower>> followers;
};

}  // namespace

TEST_CASE("whoever comes back misses nothing and hears nothing twice") {
  std::size_t heard = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Run run(seed, {10'000, 64_MiB});
    run.live();
    for (auto& follower : run.followers) {
      CHECK(follower->here());
      CHECK(follower->ids() == run.said_in(*follower));
      heard += follower->ids().size();
    }
  }
  CHECK(heard > 12 * 16 * kMessages / 4);
}

TEST_CASE("when not everything is kept, whoever misses something is told so where it is") {
  std::size_t gaps = 0;
  std::size_t missed = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Run run(seed, {3, 64_MiB});
    run.live();
    for (auto& follower : run.followers) {
      std::map<std::string, Room> rooms;
      for (const auto& log : run.logs) rooms[log->rooms().front()].said = log->ids();
      std::uint64_t last = 0;
      for (const std::uint64_t id : follower->ids()) {
        if (id == kGap) {
          ++gaps;
          for (auto& [name, room] : rooms) room.may_skip = true;
          continue;
        }
        CHECK(id > last);
        last = id;
        const std::size_t skipped = go_to(rooms, id);
        CHECK(skipped != kForbidden);
        missed += skipped;
      }
      for (const std::string& name : follower->rooms()) {
        const Room& room = rooms.at(name);
        CHECK((room.next == room.said.size() || room.next == 0));
      }
    }
  }
  CHECK(gaps > 50);
  CHECK(missed > 50);
}

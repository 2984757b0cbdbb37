#include "core/app/recovery_store.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;

namespace wsb::app {

namespace {

constexpr TimePoint kStart{100s};

RecoverySocket socket(std::string sid, std::vector<std::string> rooms = {""}) {
  return {"/", std::move(sid), 7, std::move(rooms)};
}

// The sid that was found, "connected at 3", or "-".
std::string taken(RecoveryStore& store, const std::string& pid, TimePoint now = kStart,
                  std::string_view nsp = "/") {
  const RecoveryStore::Found found = store.take(pid, nsp, now);
  if (const auto* lost = std::get_if<RecoverySocket>(&found)) return lost->sid;
  if (const auto* place = std::get_if<RecoveryStore::Place>(&found)) {
    return "connected at " + std::to_string(place->worker);
  }
  return "-";
}

}  // namespace

TEST_CASE("who was lost is found once, by its secret and in its namespace") {
  RecoveryStore store(2min);
  store.lost("p", {"/a", "sid", 7, {"", "red"}}, kStart);
  CHECK(taken(store, "q", kStart, "/a") == "-");
  CHECK(taken(store, "p", kStart, "/b") == "-");
  CHECK(store.counters(kStart).waiting == 1);
  const auto found = store.take("p", "/a", kStart);
  const auto& back = std::get<RecoverySocket>(found);
  CHECK(back.sid == "sid");
  CHECK(back.author == 7);
  CHECK(back.rooms == std::vector<std::string>{"", "red"});
  CHECK(taken(store, "p", kStart, "/a") == "-");
  CHECK(store.counters(kStart) == RecoveryCounters{});
}

TEST_CASE("who is connected is known by its place, until it goes for good") {
  RecoveryStore store(2min);
  store.connected("p", "/", {3, {1, 1}});
  CHECK(taken(store, "p") == "connected at 3");
  CHECK(taken(store, "p") == "connected at 3");
  CHECK(taken(store, "p", kStart, "/b") == "-");
  store.lost("p", socket("sid"), kStart);
  CHECK(taken(store, "p") == "sid");
  store.connected("p", "/", {4, {1, 2}});
  store.gone("p");
  CHECK(taken(store, "p") == "-");
}

TEST_CASE("who does not come back in time is forgotten") {
  RecoveryStore store(2min);
  store.lost("a", socket("first"), kStart);
  store.lost("b", socket("second"), kStart + 1s);
  CHECK(taken(store, "a", kStart + 2min) == "-");
  CHECK(store.counters(kStart + 2min) == RecoveryCounters{1, 1, 0});
  CHECK(taken(store, "b", kStart + 2min) == "second");
}

TEST_CASE("of too many the first are forgotten, and so of too many bytes") {
  RecoveryStore store(2min, {2, 1000});
  for (const char* pid : {"a", "b", "c"}) store.lost(pid, socket(pid), kStart);
  CHECK(taken(store, "a") == "-");
  CHECK(taken(store, "b") == "b");
  CHECK(store.counters(kStart) == RecoveryCounters{1, 0, 1});
  store.lost("large", socket("large", {std::string(900, 'x')}), kStart);
  CHECK(taken(store, "c") == "c");
  store.lost("d", socket("d", {std::string(100, 'x')}), kStart);
  CHECK(taken(store, "large") == "-");
  CHECK(taken(store, "d") == "d");
  store.lost("huge", socket("huge", {std::string(2000, 'x')}), kStart);
  CHECK(taken(store, "huge") == "-");
  CHECK(store.counters(kStart) == RecoveryCounters{0, 0, 3});
}

}  // namespace wsb::app

#include "core/app/client_slots.h"

#include <catch2/catch.hpp>
#include <optional>
#include <thread>
#include <vector>

using namespace wsb::app;

namespace {

using Slot = ClientSlots::Slot;
using Refusal = ClientSlots::Refusal;

std::optional<Slot> slot_of(ClientSlots& slots, std::string_view remote) {
  auto taken = slots.take(remote);
  if (auto* slot = std::get_if<Slot>(&taken)) return std::move(*slot);
  return std::nullopt;
}

}  // namespace

TEST_CASE("without limits there is a place for everyone, and all are counted") {
  ClientSlots slots(0, 0);
  std::vector<Slot> held;
  for (int i = 0; i < 1000; ++i) held.push_back(*slot_of(slots, "192.0.2.1:4711"));
  CHECK(slots.taken() == 1000);
  held.clear();
  CHECK(slots.taken() == 0);
}

TEST_CASE("a full server refuses until somebody leaves") {
  ClientSlots slots(2, 0);
  std::optional<Slot> first = slot_of(slots, "192.0.2.1:1");
  const std::optional<Slot> second = slot_of(slots, "192.0.2.2:1");
  REQUIRE((first && second));
  CHECK(std::get<Refusal>(slots.take("192.0.2.3:1")) == Refusal::server_full);
  first->give_back();
  first->give_back();  // once is all
  CHECK(slots.taken() == 1);
  const std::optional<Slot> third = slot_of(slots, "192.0.2.3:1");
  CHECK(third.has_value());
  first.reset();
  CHECK(slots.taken() == 2);
}

TEST_CASE("an address has its own number of places, whatever the port") {
  ClientSlots slots(0, 2);
  std::optional<Slot> a = slot_of(slots, "192.0.2.1:1");
  const std::optional<Slot> b = slot_of(slots, "192.0.2.1:2");
  CHECK(std::get<Refusal>(slots.take("192.0.2.1:3")) == Refusal::address_full);
  CHECK(std::get<Refusal>(slots.take("192.0.2.1")) == Refusal::address_full);
  CHECK(std::get<Refusal>(slots.take("[::ffff:192.0.2.1]:5")) == Refusal::address_full);
  CHECK(slot_of(slots, "192.0.2.2:3").has_value());
  CHECK(slots.taken() == 2);  // a refusal has taken nothing
  a.reset();
  CHECK(slot_of(slots, "192.0.2.1:3").has_value());
}

TEST_CASE("a /64 of IPv6 is one client") {
  ClientSlots slots(0, 1);
  const std::optional<Slot> a = slot_of(slots, "[2001:db8::1]:1");
  CHECK_FALSE(slot_of(slots, "[2001:db8::ffff:2]:1"));
  CHECK_FALSE(slot_of(slots, "2001:db8:0:0:8::"));
  CHECK(slot_of(slots, "[2001:db8:0:1::1]:1"));
}

TEST_CASE("who has no address counts for the whole server alone") {
  ClientSlots slots(2, 1);
  const std::optional<Slot> a = slot_of(slots, "unix");
  const std::optional<Slot> b = slot_of(slots, "unix");
  CHECK((a && b));
  CHECK(std::get<Refusal>(slots.take("unix")) == Refusal::server_full);
}

TEST_CASE("threads never take more places than there are") {
  ClientSlots slots(5, 3);
  std::atomic<bool> too_many = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string remote = i % 2 == 0 ? "192.0.2.1:1" : "192.0.2.2:1";
      for (int turn = 0; turn < 2000; ++turn) {
        const std::optional<Slot> a = slot_of(slots, remote);
        const std::optional<Slot> b = slot_of(slots, remote);
        if (slots.taken() > 5) too_many = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_FALSE(too_many);
  CHECK(slots.taken() == 0);
}

#include "core/hub/inbox.h"

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace wsb;
using namespace wsb::hub;
using session::Encoding;

namespace {

net::BatchRef batch_of(const std::string& payload) {
  net::BatchBuilder builder;
  builder.append({}, ws::Opcode::binary, payload);
  return builder.freeze();
}

std::vector<net::BatchRef> drained(Inbox& inbox) {
  std::vector<net::BatchRef> batches;
  inbox.drain([&](const Parcel& parcel) { batches.push_back(parcel.batch); });
  return batches;
}

}  // namespace

TEST_CASE("parcels come out in order, once, the very same batches") {
  int wakes = 0;
  Inbox inbox({}, [&] { return ++wakes > 0; });
  const auto a = batch_of("a");
  const auto b = batch_of("b");
  REQUIRE(inbox.post({Encoding::plain, a}));
  REQUIRE(inbox.post({Encoding::raw, b}));
  std::vector<Encoding> encodings;
  std::vector<net::BatchRef> batches;
  inbox.drain([&](const Parcel& parcel) {
    encodings.push_back(parcel.encoding);
    batches.push_back(parcel.batch);
  });
  CHECK(encodings == std::vector{Encoding::plain, Encoding::raw});
  CHECK(batches == std::vector{a, b});
  CHECK(drained(inbox).empty());
}

TEST_CASE("the owner is woken once for all that waits") {
  int wakes = 0;
  Inbox inbox({}, [&] { return ++wakes > 0; });
  const auto batch = batch_of("x");
  for (int i = 0; i < 5; ++i) REQUIRE(inbox.post({Encoding::plain, batch}));
  CHECK(wakes == 1);
  CHECK(drained(inbox).size() == 5);
  REQUIRE(inbox.post({Encoding::plain, batch}));
  CHECK(wakes == 2);
}

TEST_CASE("a wake that failed is tried again by the next post") {
  int wakes = 0;
  bool works = false;
  Inbox inbox({}, [&] {
    ++wakes;
    return works;
  });
  const auto batch = batch_of("x");
  REQUIRE(inbox.post({Encoding::plain, batch}));
  works = true;
  REQUIRE(inbox.post({Encoding::plain, batch}));
  REQUIRE(inbox.post({Encoding::plain, batch}));
  CHECK(wakes == 2);
  CHECK(drained(inbox).size() == 3);
}

TEST_CASE("an inbox refuses what is one too many") {
  Inbox inbox({.max_parcels = 2, .max_bytes = 1000}, [] { return true; });
  const auto batch = batch_of("x");
  CHECK(inbox.post({Encoding::plain, batch}));
  CHECK(inbox.post({Encoding::plain, batch}));
  CHECK_FALSE(inbox.post({Encoding::plain, batch}));
  CHECK(drained(inbox).size() == 2);
  CHECK(inbox.post({Encoding::plain, batch}));
}

TEST_CASE("an inbox refuses what is one byte too much, but a large parcel alone goes through") {
  const std::size_t size = batch_of(std::string(10, 'x'))->memory_bytes();
  CHECK(size > 12);  // with its header, and what is known of it
  Inbox inbox({.max_parcels = 100, .max_bytes = 2 * size}, [] { return true; });
  CHECK(inbox.post({Encoding::plain, batch_of(std::string(10, 'x'))}));
  CHECK_FALSE(inbox.post({Encoding::plain, batch_of(std::string(11, 'x'))}));
  CHECK(inbox.post({Encoding::plain, batch_of(std::string(10, 'x'))}));
  CHECK_FALSE(inbox.post({Encoding::plain, batch_of("")}));
  CHECK(drained(inbox).size() == 2);
  CHECK(inbox.post({Encoding::plain, batch_of(std::string(500, 'x'))}));
  CHECK_FALSE(inbox.post({Encoding::plain, batch_of("")}));
}

TEST_CASE("publications without payload take room, too") {
  Inbox inbox({.max_parcels = 100, .max_bytes = 10'000}, [] { return true; });
  Parcel first;
  first.mail = std::make_shared<const Mail>(Publications(100));
  CHECK(inbox.post(first));
  CHECK_FALSE(inbox.post(first));
}

TEST_CASE("several posters lose and repeat nothing") {
  constexpr int kPosters = 4;
  constexpr int kEach = 2000;
  Inbox inbox({}, [] { return true; });
  const auto batch = batch_of("x");
  std::vector<std::thread> posters;
  for (int p = 0; p < kPosters; ++p) {
    posters.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        if (!inbox.post({Encoding::plain, batch})) std::abort();
      }
    });
  }
  int got = 0;
  while (got < kPosters * kEach) {
    inbox.drain([&](const Parcel&) { ++got; });
  }
  for (auto& poster : posters) poster.join();
  CHECK(got == kPosters * kEach);
  CHECK(drained(inbox).empty());
}

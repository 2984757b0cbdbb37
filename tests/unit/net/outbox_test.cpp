#include "core/net/outbox.h"

#include <catch2/catch.hpp>

#include <string>

namespace wsb::net {
namespace {

TimePoint at(Duration time) { return TimePoint(time); }

Outbox::Entry entry(std::size_t bytes, std::uint32_t messages = 1) {
  Outbox::Entry out;
  out.bytes = bytes;
  out.messages = messages;
  return out;
}

}  // namespace

TEST_CASE("an outbox gives back what was put in, in order") {
  const OutboxLimits limits;
  Outbox outbox(limits);
  CHECK(outbox.empty());
  CHECK(outbox.front() == nullptr);
  for (std::size_t i = 1; i <= 300; ++i) {
    CHECK(outbox.push(entry(i), at(0s)) == Outbox::Verdict::queued);
  }
  CHECK(outbox.bytes() == 45150);
  for (std::size_t i = 1; i <= 300; ++i) {
    REQUIRE(outbox.front() != nullptr);
    CHECK(outbox.front()->bytes == i);
    outbox.pop_front();
  }
  CHECK(outbox.empty());
  CHECK(outbox.bytes() == 0);
}

TEST_CASE("over the byte limit the policy decides") {
  OutboxLimits limits{.max_bytes = {100}};
  SECTION("disconnect queues nothing") {
    Outbox outbox(limits);
    CHECK(outbox.push(entry(99), at(0s)) == Outbox::Verdict::queued);
    CHECK_FALSE(outbox.full_for(5));
    CHECK(outbox.push(entry(5), at(0s)) == Outbox::Verdict::queued);
    CHECK(outbox.full_for(1));
    CHECK(outbox.push(entry(1), at(0s)) == Outbox::Verdict::disconnect);
    CHECK(outbox.bytes() == 104);
    CHECK(outbox.dropped_messages() == 0);
  }
  SECTION("drop_newest keeps the old ones and counts") {
    limits.policy = SlowReaderPolicy::drop_newest;
    Outbox outbox(limits);
    CHECK(outbox.push(entry(60), at(0s)) == Outbox::Verdict::queued);
    CHECK(outbox.push(entry(60, 7), at(0s)) == Outbox::Verdict::dropped);
    CHECK(outbox.bytes() == 60);
    CHECK(outbox.dropped_messages() == 7);
    CHECK(outbox.push(entry(40), at(0s)) == Outbox::Verdict::queued);
  }
  SECTION("drop_oldest makes just enough room") {
    limits.policy = SlowReaderPolicy::drop_oldest;
    Outbox outbox(limits);
    CHECK(outbox.push(entry(50, 2), at(0s)) == Outbox::Verdict::queued);
    CHECK(outbox.push(entry(40, 3), at(0s)) == Outbox::Verdict::queued);
    CHECK(outbox.push(entry(30, 5), at(0s)) == Outbox::Verdict::dropped);
    CHECK(outbox.bytes() == 70);
    CHECK(outbox.front()->messages == 3);
    CHECK(outbox.dropped_messages() == 2);
  }
}

TEST_CASE("an entry larger than the limit is taken when nothing waits") {
  for (const SlowReaderPolicy policy : {SlowReaderPolicy::disconnect, SlowReaderPolicy::drop_oldest,
                                        SlowReaderPolicy::drop_newest}) {
    const OutboxLimits limits{.max_bytes = {100}, .policy = policy};
    Outbox outbox(limits);
    CHECK(outbox.push(entry(5000), at(0s)) == Outbox::Verdict::queued);
    CHECK(outbox.bytes() == 5000);
  }
}

TEST_CASE("an entry is sent in parts, and only what is left of it counts") {
  const OutboxLimits limits{.max_bytes = {100}};
  Outbox outbox(limits);
  CHECK(outbox.push(entry(90), at(0s)) == Outbox::Verdict::queued);
  CHECK_FALSE(outbox.advance(40));
  CHECK(outbox.bytes() == 50);
  CHECK(outbox.front()->sent == 40);
  CHECK(outbox.push(entry(50), at(0s)) == Outbox::Verdict::queued);
  CHECK(outbox.advance(50));
  CHECK(outbox.front()->sent == 0);
  CHECK(outbox.advance(50));
  CHECK(outbox.empty());
  CHECK(outbox.dropped_messages() == 0);
}

TEST_CASE("an entry sent in part is never dropped for others") {
  const OutboxLimits limits{.max_bytes = {100}, .policy = SlowReaderPolicy::drop_oldest};
  Outbox outbox(limits);
  CHECK(outbox.push(entry(90, 1), at(0s)) == Outbox::Verdict::queued);
  CHECK_FALSE(outbox.advance(40));
  CHECK(outbox.push(entry(20, 2), at(0s)) == Outbox::Verdict::queued);
  CHECK(outbox.push(entry(30, 4), at(0s)) == Outbox::Verdict::queued);
  CHECK(outbox.push(entry(10, 8), at(0s)) == Outbox::Verdict::dropped);
  CHECK(outbox.dropped_messages() == 2);
  CHECK(outbox.front()->messages == 1);
  CHECK(outbox.front()->sent == 40);
  CHECK(outbox.bytes() == 90);
  // What cannot fit beside it is dropped itself, and nothing else in vain.
  CHECK(outbox.push(entry(51, 16), at(0s)) == Outbox::Verdict::dropped);
  CHECK(outbox.dropped_messages() == 18);
  CHECK(outbox.bytes() == 90);
  CHECK(outbox.advance(50));
  CHECK(outbox.front()->messages == 4);
}

TEST_CASE("what is thrown away with the outbox counts as dropped") {
  const OutboxLimits limits;
  Outbox outbox(limits);
  CHECK(outbox.push(entry(9, 3), at(0s)) == Outbox::Verdict::queued);
  CHECK(outbox.push(entry(9, 4), at(0s)) == Outbox::Verdict::queued);
  CHECK(outbox.push(entry(9, 5), at(0s)) == Outbox::Verdict::queued);
  CHECK(outbox.advance(9));
  outbox.clear();
  CHECK(outbox.dropped_messages() == 9);
  CHECK(outbox.bytes() == 0);
}

TEST_CASE("an outbox is overdue when its oldest entry is, unless age is unlimited") {
  OutboxLimits limits{.max_age = 10s};
  Outbox outbox(limits);
  CHECK_FALSE(outbox.overdue(at(100s)));
  CHECK(outbox.push(entry(1), at(5s)) == Outbox::Verdict::queued);
  CHECK(outbox.push(entry(1), at(12s)) == Outbox::Verdict::queued);
  CHECK_FALSE(outbox.overdue(at(15s)));
  CHECK(outbox.overdue(at(15s + 1ns)));
  outbox.pop_front();
  CHECK_FALSE(outbox.overdue(at(22s)));
  limits.max_age = 0s;
  CHECK_FALSE(outbox.overdue(at(1000s)));
}

TEST_CASE("a queued batch is kept alive until it is taken out") {
  const OutboxLimits limits;
  Outbox outbox(limits);
  BatchBuilder builder;
  builder.append({}, ws::Opcode::text, "x");
  const std::weak_ptr<const Batch> watched = [&] {
    BatchRef batch = builder.freeze();
    Outbox::Entry one = entry(3);
    one.batch = batch;
    CHECK(outbox.push(std::move(one), at(0s)) == Outbox::Verdict::queued);
    return batch;
  }();
  CHECK_FALSE(watched.expired());
  outbox.clear();
  CHECK(watched.expired());
  CHECK(outbox.empty());
}

}  // namespace wsb::net

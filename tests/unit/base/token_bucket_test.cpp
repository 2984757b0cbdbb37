#include "core/base/token_bucket.h"

#include <catch2/catch.hpp>

using namespace wsb;

namespace {

const TimePoint kStart{1h};

// How many of `tries` at `now` are let through.
int allowed(TokenBucket& bucket, TimePoint now, int tries) {
  int count = 0;
  for (int i = 0; i < tries; ++i) count += bucket.allow(now) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a full bucket lets a burst through and then the rate") {
  TokenBucket bucket({Rate{10}, 5}, kStart);
  CHECK(allowed(bucket, kStart, 100) == 5);
  CHECK(allowed(bucket, kStart + 99ms, 100) == 0);
  CHECK(allowed(bucket, kStart + 100ms, 100) == 1);
  CHECK(allowed(bucket, kStart + 350ms, 100) == 2);
  CHECK(allowed(bucket, kStart + 400ms, 100) == 1);
}

TEST_CASE("a pause fills the bucket to its brim and no further") {
  TokenBucket bucket({Rate{10}, 5}, kStart);
  CHECK(allowed(bucket, kStart, 100) == 5);
  CHECK(allowed(bucket, kStart + 10h, 100) == 5);
}

TEST_CASE("over a long time exactly the rate gets through") {
  const double per_second = GENERATE(0.1, 3.0, 7.0, 1000.0);
  TokenBucket bucket({Rate{per_second}, 1}, kStart);
  int count = 0;
  for (TimePoint now = kStart; now < kStart + 100s; now += 500us) {
    count += bucket.allow(now) ? 1 : 0;
  }
  // Half a millisecond of grid costs a rate whose interval is no multiple of it.
  const int exact = static_cast<int>(per_second * 100);
  CHECK(count <= exact);
  CHECK(count >= exact * 99 / 100);
}

TEST_CASE("several tokens are taken together or not at all") {
  TokenBucket bucket({Rate{1}, 10}, kStart);
  CHECK(bucket.allow(kStart, 7));
  CHECK_FALSE(bucket.allow(kStart, 4));
  CHECK(bucket.allow(kStart, 3));
  CHECK_FALSE(bucket.allow(kStart));
}

TEST_CASE("the wait is as long as the missing tokens take") {
  TokenBucket bucket({Rate{10}, 5}, kStart);
  CHECK(bucket.wait(kStart, 5) == 0ns);
  CHECK(bucket.allow(kStart, 5));
  CHECK(bucket.wait(kStart) == 100ms);
  CHECK(bucket.wait(kStart + 40ms) == 60ms);
  CHECK(bucket.wait(kStart, 5) == 500ms);
  CHECK(bucket.wait(kStart + 1s, 5) == 0ns);
  CHECK_FALSE(bucket.allow(kStart + 100ms - 1ns));
  CHECK(bucket.allow(kStart + 100ms));
}

TEST_CASE("more than the bucket holds is never let through") {
  TokenBucket bucket({Rate{10}, 5}, kStart);
  CHECK(bucket.wait(kStart, 6) == Duration::max());
  CHECK_FALSE(bucket.allow(kStart + 24h, 6));
  CHECK(bucket.allow(kStart + 24h, 5));
}

TEST_CASE("time that goes backwards fills nothing") {
  TokenBucket bucket({Rate{10}, 1}, kStart);
  CHECK(bucket.allow(kStart));
  CHECK_FALSE(bucket.allow(kStart - 1h));
  CHECK_FALSE(bucket.allow(kStart + 99ms));
  CHECK(bucket.allow(kStart + 100ms));
}

TEST_CASE("very slow and very fast rates do not overflow") {
  TokenBucket slow({Rate{1e-9}, 4e9}, kStart);
  CHECK(slow.allow(kStart));
  TokenBucket fast({Rate{1e12}, 1}, kStart);
  CHECK(fast.allow(kStart));
  CHECK(fast.wait(kStart) <= 1ns);
}

#pragma once

// Holds somebody to a RateLimit: a bucket of `burst` tokens that fills at the rate. Its state is
// one moment, so one in each connection costs little. Value type, one thread at a time.

#include "core/base/rate_limit.h"
#include "core/base/time.h"

namespace wsb {

class TokenBucket {
 public:
  // Full at the beginning.
  TokenBucket(const RateLimit& limit, TimePoint now);

  // Takes `count` tokens if they are there, all or none. Time that goes backwards fills nothing.
  [[nodiscard]] bool allow(TimePoint now, double count = 1);
  // How long until allow() would say yes; zero: now; Duration::max(): never, since the bucket
  // does not hold so many.
  [[nodiscard]] Duration wait(TimePoint now, double count = 1) const;

 private:
  [[nodiscard]] Duration cost(double count) const;

  double interval_ns_;  // in which one token comes
  Duration capacity_;   // in which an empty bucket fills
  TimePoint full_at_;
};

}  // namespace wsb

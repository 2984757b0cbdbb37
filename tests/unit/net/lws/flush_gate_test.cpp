#include "core/net/lws/flush_gate.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"

namespace wsb::net {
namespace {

class FakeSource final : public InputSource {
 public:
  explicit FakeSource(bool pending) : pending_(pending) {}
  bool input_pending() const override { return pending_; }
  bool pending_;
};

}  // namespace

TEST_CASE("nothing is held when nobody delivered") {
  FlushGate gate;
  CHECK_FALSE(gate.hold(100));
}

TEST_CASE("a flush is held while a socket that delivered has more input") {
  FlushGate gate;
  FakeSource quiet(false);
  FakeSource busy(true);
  gate.note(quiet);
  gate.note(busy);
  CHECK(gate.hold(100));
  busy.pending_ = false;
  CHECK_FALSE(gate.hold(100));
}

TEST_CASE("a flush is held for a bounded number of turns") {
  FlushGate gate;
  FakeSource busy(true);
  gate.note(busy);
  int held = 0;
  while (gate.hold(100)) ++held;
  CHECK(held == limits::kFlushHoldTurns);
  gate.reset();
  gate.note(busy);
  CHECK(gate.hold(100));
}

TEST_CASE("a flush is not held above the byte limit") {
  FlushGate gate;
  FakeSource busy(true);
  gate.note(busy);
  CHECK_FALSE(gate.hold(limits::kFlushHoldBytes));
}

TEST_CASE("a connection that ended is not asked") {
  FlushGate gate;
  {
    FakeSource gone(true);
    gate.note(gone);
    gate.forget(gone);
  }
  CHECK_FALSE(gate.hold(100));
}

}  // namespace wsb::net

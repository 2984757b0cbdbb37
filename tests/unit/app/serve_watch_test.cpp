#include "core/app/serve_watch.h"

#include <catch2/catch.hpp>

#include <vector>

using namespace wsb;
using namespace wsb::app;
using namespace std::chrono_literals;

namespace {

struct Bed {
  explicit Bed(Duration interval = 1s)
      : watch(
            interval,
            [this](std::size_t worker) {
              if (busy == worker) return false;
              asked.push_back(worker);
              return true;
            },
            [this] { ++told; }) {}
  void look_after(Duration time) {
    now += time;
    watch.look(now);
  }

  std::vector<std::size_t> asked;
  std::size_t busy = 99;
  int told = 0;
  ServeWatch::Clock::time_point now{100s};
  ServeWatch watch;
};

using Workers = std::vector<std::size_t>;

}  // namespace

TEST_CASE("it tells once all have answered, each time") {
  Bed bed;
  bed.watch.start(2);
  bed.look_after(0s);
  CHECK(bed.asked == Workers{0, 1});
  bed.watch.answered(1);
  CHECK(bed.told == 0);
  bed.watch.answered(0);
  CHECK(bed.told == 1);
  CHECK(bed.watch.due() == bed.now + 1s);
  bed.look_after(999ms);
  CHECK(bed.asked.size() == 2);
  bed.look_after(1ms);
  CHECK(bed.asked.size() == 4);
  bed.watch.answered(0);
  bed.watch.answered(1);
  CHECK(bed.told == 2);
}

TEST_CASE("while one does not answer nothing is told, and nobody is asked again") {
  Bed bed;
  bed.watch.start(2);
  bed.look_after(0s);
  bed.watch.answered(0);
  bed.watch.answered(0);
  for (int i = 0; i < 5; ++i) bed.look_after(1s);
  CHECK(bed.told == 0);
  CHECK(bed.asked == Workers{0, 1});
  bed.watch.answered(1);
  CHECK(bed.told == 1);
  bed.look_after(1s);
  CHECK(bed.asked.size() == 4);
}

TEST_CASE("one that could not be asked is asked later, and counts as not having answered") {
  Bed bed;
  bed.busy = 1;
  bed.watch.start(2);
  bed.look_after(0s);
  bed.watch.answered(0);
  CHECK(bed.told == 0);
  bed.busy = 99;
  bed.look_after(1s);
  CHECK(bed.asked == Workers{0, 1});
  bed.watch.answered(1);
  CHECK(bed.told == 1);
}

TEST_CASE("without an interval, and before it has begun, nobody is asked") {
  Bed never(0s);
  never.watch.start(2);
  CHECK(never.watch.due() == ServeWatch::Clock::time_point::max());
  never.look_after(1h);
  CHECK(never.asked.empty());
  Bed early;
  early.look_after(1h);
  CHECK(early.asked.empty());
}

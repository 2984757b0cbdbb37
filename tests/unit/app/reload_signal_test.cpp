#include "core/app/reload_signal.h"

#include <catch2/catch.hpp>

using wsb::app::ReloadSignal;

TEST_CASE("a reload signal tells its listener of every request") {
  ReloadSignal reload;
  int heard = 0;
  reload.set_listener([&] { ++heard; });
  CHECK(heard == 0);
  reload.request();
  reload.request();
  CHECK(heard == 2);
}

TEST_CASE("what nobody heard is told once to who listens next") {
  ReloadSignal reload;
  reload.request();
  reload.request();
  int heard = 0;
  reload.set_listener([&] { ++heard; });
  CHECK(heard == 1);
  reload.set_listener(nullptr);
  CHECK(heard == 1);
  reload.set_listener([&] { ++heard; });
  CHECK(heard == 1);
}

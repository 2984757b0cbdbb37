#include "core/hub/room.h"

#include <catch2/catch.hpp>

#include "tests/unit/hub/recording_connection.h"

using namespace wsb;
using namespace wsb::hub;
using session::Encoding;

TEST_CASE("a room frames a message once for each encoding in use and for no other") {
  Room room({Encoding::raw});
  room.publish({}, session::said(ws::Opcode::text, "hi"));
  CHECK(room.audience(Encoding::raw).pending_bytes() == text_frame("hi").size());
  CHECK(room.audience(Encoding::plain).pending_bytes() == 0);
  CHECK(room.pending_bytes() == text_frame("hi").size());
}

TEST_CASE("a room counts its members of all encodings") {
  Room room({Encoding::raw, Encoding::plain});
  RecordingConnection a(0);
  RecordingConnection b(1);
  room.audience(Encoding::raw).join(a);
  room.audience(Encoding::plain).join(b);
  CHECK(room.size() == 2);
  Counters counters;
  room.audience(Encoding::raw).leave(a.id(), counters);
  CHECK(room.size() == 1);
}

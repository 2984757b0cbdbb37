#include "core/session/namespace_room.h"

#include <catch2/catch.hpp>

namespace wsb::session {

TEST_CASE("rooms of the main namespace are those of plain clients, others are apart") {
  CHECK(room_in("/", "a") == "a");
  CHECK(room_in("/", "") == "");
  CHECK(room_in("/x", "a") != room_in("/", "a"));
  CHECK(room_in("/x", "") != room_in("/", ""));
  for (const char* nsp : {"/", "/x", "/x/y"}) {
    for (const char* room : {"", "a", "/x"}) {
      CHECK(namespace_of(room_in(nsp, room)) == nsp);
      CHECK(room_of(room_in(nsp, room)) == room);
    }
  }
}

}  // namespace wsb::session

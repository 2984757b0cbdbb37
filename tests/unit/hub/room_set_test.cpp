#include "core/hub/room_set.h"

#include <catch2/catch.hpp>

using namespace wsb::hub;
using Names = std::vector<std::string>;

TEST_CASE("a set of rooms is the same in whatever order they are named, and how often") {
  const RoomsRef rooms = make_rooms({"b", "a", "b"});
  CHECK(rooms->names() == Names{"a", "b"});
  CHECK(rooms->key() == make_rooms({"a", "b"})->key());
  CHECK(rooms->key() != make_rooms({"ab"})->key());
  CHECK(rooms->contains("a"));
  CHECK_FALSE(rooms->contains("ab"));
}

TEST_CASE("the room without a name is nullptr when it is alone") {
  CHECK(make_rooms({""}) == nullptr);
  CHECK(make_rooms({"", ""}) == nullptr);
  CHECK(make_rooms({"a", ""})->names() == Names{"", "a"});
  CHECK(make_rooms({})->names().empty());
}

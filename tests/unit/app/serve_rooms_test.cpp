#include "core/app/serve_rooms.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"
#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Texts = std::vector<std::string>;
using Kind = RoomAnswer::Kind;

TEST_CASE("the query names rooms, or is not about them") {
  CHECK(rooms_of_query("").value() == nullptr);
  CHECK(rooms_of_query("x=1&y=%").value() == nullptr);
  CHECK(rooms_of_query("room=b&x=1&room=a&room=b").value()->names() == Texts{"a", "b"});
  CHECK(rooms_of_query("room=a%20b").value()->names() == Texts{"a b"});
  CHECK(rooms_of_query("classroom=b").value() == nullptr);
  CHECK(rooms_of_query("room=").error().text() == "the name of the room is empty");
  CHECK_FALSE(rooms_of_query("room=%0a"));
  CHECK_FALSE(rooms_of_query("room=%"));
  std::string many;
  for (std::size_t i = 0; i <= limits::kRoomsPerClient; ++i) many += "&room=" + std::to_string(i);
  CHECK(rooms_of_query(many).error().text() == "more than 32 rooms for one client");
}

TEST_CASE("a client that cannot have its rooms is refused in words") {
  FakeServer server(ServeMode::broadcast);
  CHECK(server.connect_to("/?room=").refused_with == 400);
  CHECK(server.connect_to("/?room=ok").open);
}

TEST_CASE("commands join, leave and publish, and answer") {
  hub::RoomsRef rooms;
  RoomAnswer answer = obey_room_command(R"({"type":"join","room":"a"})", rooms, 0);
  CHECK(answer.kind == Kind::joined);
  CHECK(answer.room == "a");
  CHECK(answer.payload == R"({"type":"joined","room":"a"})");
  CHECK(rooms->names() == Texts{"", "a"});
  CHECK(obey_room_command(R"({"type":"join","room":"a"})", rooms, 0).kind == Kind::told);
  CHECK(obey_room_command("hi", rooms, 0).kind == Kind::ordinary);
  answer = obey_room_command(R"({"type":"leave","room":"a"})", rooms, 0);
  CHECK(answer.kind == Kind::left);
  CHECK(answer.payload == R"({"type":"left","room":"a"})");
  CHECK(rooms == nullptr);
  answer = obey_room_command(R"({"type":"publish","room":"b","payload":"hi"})", rooms, 0);
  CHECK(answer.kind == Kind::publish);
  CHECK(answer.payload == "hi");
  CHECK(obey_room_command(R"({"type":"join","room":"a"})", rooms, limits::kRooms).payload ==
        R"({"type":"error","message":"cannot join: the server has too many rooms"})");
  rooms = hub::make_rooms({});
  CHECK(obey_room_command("hi", rooms, 0).payload ==
        R"({"type":"error","message":"cannot publish: you are in no room"})");
}

TEST_CASE("clients hear the rooms of their URL, each message once, across workers") {
  FakeServer server(ServeMode::raw, 3);
  Client& a = server.connect_to("/?room=a");
  Client& ab = server.connect_to("/x?room=a&room=b");
  Client& b = server.connect_to("/?room=b");
  Client& none = server.connect();
  a.say("to a");
  ab.say("to both");
  none.say("to none");
  server.settle();
  CHECK(a.received == Texts{"to both"});
  CHECK(b.received == Texts{"to both"});
  CHECK(ab.received == Texts{"to a"});
  CHECK(none.received.empty());
}

TEST_CASE("with room commands a client joins, publishes to one room, and leaves") {
  FakeServer server(ServeMode::raw, 2, {}, true);
  Client& a = server.connect_to("/?room=x");
  Client& b = server.connect();
  Client& c = server.connect();
  a.say(R"({"type":"join","room":"a"})");
  c.say(R"({"type":"publish","room":"a","payload":"hello"})");
  server.settle();
  c.say(R"({"type":"publish","room":"a","payload":{"n": 1}})");
  server.settle();
  CHECK(a.received ==
        Texts{R"({"type":"joined","room":"a"})", "hello", R"({"n": 1})"});
  CHECK(b.received.empty());
  CHECK(c.received.empty());
  a.say(R"({"type":"leave","room":"a"})");
  server.settle();
  c.say(R"({"type":"publish","room":"a","payload":"gone"})");
  server.settle();
  CHECK(a.received.back() == R"({"type":"left","room":"a"})");
}

TEST_CASE("without room commands such a text is a message like any other") {
  FakeServer server(ServeMode::raw);
  Client& a = server.connect();
  Client& b = server.connect();
  a.say(R"({"type":"join","room":"a"})");
  server.settle();
  CHECK(a.received.empty());
  CHECK(b.received == Texts{R"({"type":"join","room":"a"})"});
}

TEST_CASE("a query says what was seen, in digits") {
  CHECK_FALSE(since_of_query("room=a").value());
  CHECK(since_of_query("room=a&since=17").value() == 17);
  CHECK(since_of_query("since=1&since=2").value() == 2);
  CHECK_FALSE(since_of_query("notsince=x").value());
  for (const char* bad : {"since=", "since=x", "since=-1", "since=1.5"}) {
    CHECK(since_of_query(bad).error().text() == "'since' is no id of a message");
  }
}

TEST_CASE("a join brings along what was seen") {
  hub::RoomsRef rooms;
  CHECK(obey_room_command(R"({"type":"join","room":"a","since":5})", rooms, 0).since == 5);
  CHECK_FALSE(obey_room_command(R"({"type":"join","room":"b"})", rooms, 0).since);
}

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "core/hub/shard.h"
#include "tests/unit/hub/recording_connection.h"

using namespace wsb;
using namespace wsb::hub;
using session::Encoding;
using ws::Opcode;
using Writes = std::vector<std::string>;

namespace {

bool woken() { return true; }

void join(Shard& shard, RecordingConnection& connection, const std::vector<std::string>& rooms) {
  for (const std::string& room : rooms) shard.join(connection, Encoding::raw, room);
}

}  // namespace

TEST_CASE("a message is for its rooms alone, on this worker and on others") {
  Inbox inbox_a({}, woken);
  Inbox inbox_b({}, woken);
  Shard a({Encoding::raw}, inbox_a, {&inbox_b});
  Shard b({Encoding::raw}, inbox_b, {&inbox_a});
  RecordingConnection sender(0), red(1), home(2), far_red(0), far_blue(1);
  join(a, sender, {"red"});
  join(a, red, {"red"});
  join(a, home, {""});
  join(b, far_red, {"red"});
  join(b, far_blue, {"blue"});
  a.publish(sender.id(), Opcode::text, "hi", make_rooms({"red"}));
  a.flush();
  b.receive();
  CHECK(sender.writes.empty());
  CHECK(red.writes == Writes{text_frame("hi")});
  CHECK(home.writes.empty());
  CHECK(far_red.writes == Writes{text_frame("hi")});
  CHECK(far_blue.writes.empty());
  CHECK(a.pending_bytes() == 0);
}

TEST_CASE("who is in several rooms of one message gets it once") {
  Inbox inbox_a({}, woken);
  Inbox inbox_b({}, woken);
  Shard a({Encoding::raw}, inbox_a, {&inbox_b});
  Shard b({Encoding::raw}, inbox_b, {&inbox_a});
  RecordingConnection sender(0), both(1), red(2), blue(3), far(0), all(4);
  join(a, sender, {"red", "blue"});
  join(a, both, {"red", "blue"});
  join(a, red, {"red"});
  join(a, blue, {"blue"});
  join(a, all, {"", "red", "blue"});
  join(b, far, {"blue", "red"});
  const RoomsRef rooms = make_rooms({"red", "blue"});
  a.publish(sender.id(), Opcode::text, "one", rooms);
  a.publish(red.id(), Opcode::text, "two", rooms);
  a.flush();
  b.receive();
  const std::string whole = text_frame("one") + text_frame("two");
  CHECK(sender.received() == text_frame("two"));
  CHECK(both.received() == whole);
  CHECK(all.received() == whole);
  CHECK(red.received() == text_frame("one"));
  CHECK(blue.received() == whole);
  CHECK(far.received() == whole);
  CHECK(a.counters().deliveries == 8);
  CHECK(b.counters().deliveries == 2);
  CHECK(a.counters().batches == 1);
}

TEST_CASE("what one client says to several rooms in turn arrives in that order") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::raw}, inbox, {});
  RecordingConnection sender(0), reader(1);
  join(shard, sender, {""});
  join(shard, reader, {"", "red", "blue"});
  const RoomsRef red = make_rooms({"red"});
  const RoomsRef several = make_rooms({"red", "blue"});
  std::string expected;
  for (int i = 0; i < 12; ++i) {
    const std::string text = std::to_string(i);
    const RoomsRef rooms = i % 3 == 0 ? nullptr : i % 3 == 1 ? red : several;
    shard.publish(sender.id(), Opcode::text, text, rooms);
    expected += text_frame(text);
  }
  shard.flush();
  CHECK(reader.received() == expected);
}

TEST_CASE("clients that each keep to a room are one batch a room and turn") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::raw}, inbox, {});
  RecordingConnection x(0), y(1), reader(2);
  join(shard, x, {"red"});
  join(shard, y, {"blue"});
  join(shard, reader, {"red", "blue"});
  const RoomsRef red = make_rooms({"red"});
  const RoomsRef blue = make_rooms({"blue"});
  for (int i = 0; i < 10; ++i) {
    shard.publish(x.id(), Opcode::text, "x", red);
    shard.publish(y.id(), Opcode::text, "y", blue);
  }
  shard.flush();
  CHECK(reader.writes.size() == 2);
}

TEST_CASE("a room is freed when its last member has left and what was said is sent") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::raw}, inbox, {});
  RecordingConnection a(0), b(1);
  join(shard, a, {"red", "blue"});
  join(shard, b, {"red"});
  CHECK(shard.rooms() == 2);
  CHECK(shard.counters().members == 3);
  shard.leave(a.id(), Encoding::raw, "blue");
  CHECK(shard.rooms() == 1);
  shard.publish(a.id(), Opcode::text, "bye", make_rooms({"red"}));
  shard.leave(a.id(), Encoding::raw, "red");
  shard.flush();
  CHECK(b.received() == text_frame("bye"));
  CHECK(shard.rooms() == 1);

  // Cut while it is sent to.
  b.on_send = [&] { shard.leave(b.id(), Encoding::raw, "red"); };
  shard.publish(a.id(), Opcode::text, "x", make_rooms({"red"}));
  shard.flush();
  CHECK(shard.rooms() == 0);
  CHECK(shard.counters().members == 0);

  // Nobody is there.
  shard.publish(a.id(), Opcode::text, "x", make_rooms({"green"}));
  shard.flush();
  CHECK(shard.rooms() == 0);
  shard.leave(a.id(), Encoding::raw, "green");
  CHECK(shard.counters().messages == 3);
}

TEST_CASE("a message to no room goes to nobody") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::raw}, inbox, {});
  shard.publish({}, Opcode::text, "x", make_rooms({}));
  CHECK(shard.pending_bytes() == 0);
  CHECK(shard.counters().messages == 0);
}

TEST_CASE("a room that nobody reads in any encoding leaves nothing behind") {
  Readers readers;
  Inbox inbox({}, woken);
  Inbox far({}, woken);
  Shard shard({Encoding::raw}, inbox, {&far}, {}, &readers);
  for (int i = 0; i < 3; ++i) {
    shard.publish({}, Opcode::text, "unread", make_rooms({"a"}));
    shard.publish({}, Opcode::text, "unread", make_rooms({"a", "b"}));
    CHECK(shard.pending_bytes() == 0);
    CHECK(shard.rooms() == 0);
  }
  // The same while it delivers what others said.
  Parcel parcel;
  parcel.encoding = Encoding::raw;
  net::BatchBuilder builder;
  builder.append({}, Opcode::text, "x");
  parcel.batch = builder.freeze();
  CHECK(inbox.post(parcel));
  shard.publish({}, Opcode::text, "unread", make_rooms({"a"}));
  shard.receive();
  RecordingConnection reader(0);
  join(shard, reader, {"a"});
  shard.publish({}, Opcode::text, "read", make_rooms({"a"}));
  shard.flush();
  CHECK(reader.writes == Writes{text_frame("read")});
  shard.leave(reader.id(), Encoding::raw, "a");
  CHECK(shard.rooms() == 0);
}

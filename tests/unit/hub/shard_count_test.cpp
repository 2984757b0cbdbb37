#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/hub/shard.h"
#include "tests/unit/hub/recording_connection.h"

using namespace wsb;
using namespace wsb::hub;
using session::Encoding;
using ws::Opcode;

namespace {

bool woken() { return true; }

struct Heard {
  std::optional<std::uint64_t> receivers;
  std::function<void(std::uint64_t)> here() {
    return [this](std::uint64_t count) { receivers = count; };
  }
};

}  // namespace

TEST_CASE("a counted message is sent at once and counts those that got it") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::plain, Encoding::raw}, inbox, {});
  RecordingConnection plain(0), raw(1), closed(2), behind(3);
  closed.answer = net::SendStatus::closed;
  behind.answer = net::SendStatus::queued;
  shard.join(plain, Encoding::plain);
  shard.join(raw, Encoding::raw);
  shard.join(closed, Encoding::raw);
  shard.join(behind, Encoding::raw);
  shard.publish(plain.id(), Opcode::text, "before");
  Heard told;
  shard.publish_counted({}, session::said(Opcode::text, "x"), nullptr, told.here());
  CHECK(told.receivers == 3);
  CHECK(raw.received() == text_frame("before") + text_frame("x"));
  CHECK(shard.pending_bytes() == 0);
}

TEST_CASE("receivers on all workers are counted, who is in several rooms once") {
  Inbox inbox_a({}, woken);
  Inbox inbox_b({}, woken);
  Shard a({Encoding::raw}, inbox_a, {&inbox_b});
  Shard b({Encoding::raw}, inbox_b, {&inbox_a});
  RecordingConnection here(0), there(0), both(1);
  a.join(here, Encoding::raw, "red");
  b.join(there, Encoding::raw, "blue");
  b.join(both, Encoding::raw, "blue");
  b.join(both, Encoding::raw, "red");
  Heard several;
  Heard red;
  Heard nobody;
  a.publish_counted({}, session::said(Opcode::text, "x"), make_rooms({"red", "blue"}),
                    several.here());
  a.publish_counted({}, session::said(Opcode::text, "y"), make_rooms({"red"}), red.here());
  a.publish_counted({}, session::said(Opcode::text, "z"), make_rooms({"green"}), nobody.here());
  CHECK_FALSE(several.receivers);
  b.receive();
  CHECK_FALSE(several.receivers);
  a.receive();
  CHECK(several.receivers == 3);
  CHECK(red.receivers == 2);
  CHECK(nobody.receivers == 0);
  CHECK(both.received() == text_frame("x") + text_frame("y"));
}

TEST_CASE("a receiver that is cut while it is given the message leaves the count whole") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::raw}, inbox, {});
  RecordingConnection only(0);
  shard.join(only, Encoding::raw, "red");
  only.on_send = [&] {
    only.answer = net::SendStatus::closed;
    shard.leave(only.id(), Encoding::raw, "red");
  };
  Heard first;
  shard.publish_counted({}, session::said(Opcode::text, "x"), make_rooms({"red"}), first.here());
  CHECK(first.receivers == 0);
  CHECK(shard.rooms() == 0);
}

TEST_CASE("a worker whose inbox is full counts none, and an answer always fits") {
  Inbox mine({.max_parcels = 0, .max_bytes = 0}, woken);
  Inbox full({.max_parcels = 1, .max_bytes = 1000}, woken);
  Shard shard({Encoding::raw}, mine, {&full});
  Heard first;
  Heard second;
  shard.publish_counted({}, session::said(Opcode::text, "x"), nullptr, first.here());
  shard.publish_counted({}, session::said(Opcode::text, "y"), nullptr, second.here());
  CHECK_FALSE(first.receivers);
  CHECK(second.receivers == 0);
  Parcel answer;
  answer.question = {&mine, 1};
  answer.receivers = 7;
  CHECK(mine.post(answer));
  shard.receive();
  CHECK(first.receivers == 7);
}

#include "core/hub/shard.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/hub/recording_connection.h"

using namespace wsb;
using namespace wsb::hub;
using session::Encoding;
using ws::Opcode;
using Writes = std::vector<std::string>;

namespace {

bool woken() { return true; }

}  // namespace

TEST_CASE("a message is delivered at the end of the turn, in the encoding of its readers") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::plain, Encoding::raw}, inbox, {});
  RecordingConnection sender(0);
  RecordingConnection plain(1);
  RecordingConnection raw(2);
  shard.join(sender, Encoding::plain);
  shard.join(plain, Encoding::plain);
  shard.join(raw, Encoding::raw);
  CHECK(shard.pending_bytes() == 0);

  shard.publish(sender.id(), Opcode::text, "hi");
  CHECK(plain.writes.empty());
  CHECK(shard.pending_bytes() == broadcast_frame("\"hi\"").size() + text_frame("hi").size());
  shard.flush();
  CHECK(shard.pending_bytes() == 0);
  CHECK(plain.writes == Writes{broadcast_frame("\"hi\"")});
  CHECK(raw.writes == Writes{text_frame("hi")});
  CHECK(sender.writes.empty());

  shard.publish(raw.id(), Opcode::binary, "bin");
  shard.flush();
  CHECK(plain.writes.back() == binary_frame("bin"));
  CHECK(sender.writes == Writes{binary_frame("bin")});
  CHECK(raw.writes.size() == 1);
}

TEST_CASE("who joins gets nothing that was said before") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::raw}, inbox, {});
  RecordingConnection sender(0);
  RecordingConnection early(1);
  RecordingConnection late(2);
  shard.join(sender, Encoding::raw);
  shard.join(early, Encoding::raw);
  shard.publish(sender.id(), Opcode::text, "before");
  shard.join(late, Encoding::raw);
  shard.publish(sender.id(), Opcode::text, "after");
  shard.flush();
  CHECK(late.received() == text_frame("after"));
  CHECK(early.received() == text_frame("before") + text_frame("after"));
}

TEST_CASE("what a leaver said before it left still goes out") {
  Inbox inbox({}, woken);
  Shard shard({Encoding::raw}, inbox, {});
  RecordingConnection sender(0);
  RecordingConnection reader(1);
  shard.join(sender, Encoding::raw);
  shard.join(reader, Encoding::raw);
  shard.publish(sender.id(), Opcode::text, "last words");
  shard.leave(sender.id(), Encoding::raw);
  shard.flush();
  CHECK(reader.received() == text_frame("last words"));
  CHECK(sender.writes.empty());
}

TEST_CASE("every other worker gets the same batch and delivers it to all its clients") {
  Inbox inbox_a({}, woken);
  Inbox inbox_b({}, woken);
  Inbox inbox_c({}, woken);
  Shard a({Encoding::raw}, inbox_a, {&inbox_b, &inbox_c});
  Shard b({Encoding::raw}, inbox_b, {&inbox_a, &inbox_c});
  Shard c({Encoding::raw}, inbox_c, {&inbox_a, &inbox_b});
  RecordingConnection on_a(0);
  RecordingConnection on_b(0);  // the same slot on another worker
  RecordingConnection also_on_b(1);
  RecordingConnection on_c(0);
  a.join(on_a, Encoding::raw);
  b.join(on_b, Encoding::raw);
  b.join(also_on_b, Encoding::raw);
  c.join(on_c, Encoding::raw);

  a.publish(on_a.id(), Opcode::text, "to all");
  a.flush();
  for (Shard* shard : {&a, &b, &c}) shard->receive();
  CHECK(on_a.writes.empty());
  CHECK(on_b.writes == Writes{text_frame("to all")});
  CHECK(also_on_b.writes == Writes{text_frame("to all")});
  CHECK(on_c.writes == Writes{text_frame("to all")});
  CHECK(on_b.batches[0] == on_c.batches[0]);
  CHECK(a.counters().messages == 1);
  CHECK(a.counters().payload_bytes == 6);
  CHECK(a.counters().deliveries == 0);
  CHECK(b.counters().deliveries == 2);
  CHECK(b.counters().messages == 0);
  CHECK(b.counters().members == 2);
}

TEST_CASE("what another worker's full inbox refuses is counted") {
  Inbox mine({}, woken);
  Inbox full({.max_parcels = 1, .max_bytes = 1000}, woken);
  Shard shard({Encoding::raw}, mine, {&full});
  for (int i = 0; i < 3; ++i) {
    shard.publish({}, Opcode::text, "x");
    shard.flush();
  }
  CHECK(shard.counters().mailbox_refusals == 2);
  CHECK(shard.counters().messages == 3);
}

TEST_CASE("counters of workers add up") {
  Counters a{.messages = 1, .payload_bytes = 2, .batches = 3, .deliveries = 4, .slow_sends = 5,
             .dropped = 6, .mailbox_refusals = 7, .replayed = 10, .gaps = 11,
             .forgotten_rooms = 12, .history_bytes = 13, .members = 8, .rooms = 9};
  const Counters b = a;
  a += b;
  CHECK(a == Counters{.messages = 2, .payload_bytes = 4, .batches = 6, .deliveries = 8,
                      .slow_sends = 10, .dropped = 12, .mailbox_refusals = 14, .replayed = 20,
                      .gaps = 22, .forgotten_rooms = 24, .history_bytes = 26, .members = 16,
                      .rooms = 18});
}

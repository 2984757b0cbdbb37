#include "core/hub/history.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::hub;

namespace {

std::uint64_t add(History& history, const std::string& text) {
  return history.add(ws::Opcode::text, std::make_shared<const Bytes>(text));
}

// "2:b 3:c", and "gap" in front where there is one.
std::string replay(const History& history, std::uint64_t since) {
  const History::Replay replay = history.since(since);
  std::string out = replay.gap ? "gap" : "";
  for (const HistoryMessage& message : replay.messages) {
    out += (out.empty() ? "" : " ") + std::to_string(message.id) + ":" + *message.payload;
  }
  return out;
}

}  // namespace

TEST_CASE("ids rise from the first one") {
  History history({10, 1_MiB}, 100);
  CHECK(history.last_id() == 99);
  CHECK(add(history, "a") == 100);
  CHECK(add(history, "b") == 101);
  CHECK(history.last_id() == 101);
  CHECK(history.size() == 2);
  CHECK(history.bytes() == ByteSize{2});
}

TEST_CASE("a client gets exactly what follows the id it knows") {
  History history({3, 1_MiB}, 100);
  for (const char* text : {"a", "b", "c", "d", "e"}) add(history, text);
  struct Row {
    std::uint64_t since;
    const char* replay;
  };
  for (const Row& row : {
           Row{104, ""},
           Row{103, "104:e"},
           Row{102, "103:d 104:e"},
           Row{101, "102:c 103:d 104:e"},
           Row{100, "gap 102:c 103:d 104:e"},  // 101 was dropped
           Row{99, "gap 102:c 103:d 104:e"},
           Row{0, "102:c 103:d 104:e"},        // whoever knows nothing misses nothing
           Row{105, "gap 102:c 103:d 104:e"},  // never given in this run
           Row{50, "gap 102:c 103:d 104:e"},   // of an earlier run
           Row{UINT64_MAX, "gap 102:c 103:d 104:e"},
       }) {
    INFO(row.since);
    CHECK(replay(history, row.since) == row.replay);
  }
}

TEST_CASE("nothing is missed while nothing was dropped") {
  History history({3, 1_MiB}, 1);
  CHECK(replay(history, 0) == "");
  CHECK(replay(history, 1) == "gap");
  add(history, "a");
  CHECK(replay(history, 0) == "1:a");
  CHECK(replay(history, 1) == "");
}

TEST_CASE("the message before the first of a run is known") {
  History history({3, 1_MiB}, 100);
  CHECK(replay(history, 99) == "");
  add(history, "a");
  CHECK(replay(history, 99) == "100:a");
  CHECK(replay(history, 98) == "gap 100:a");
}

TEST_CASE("bytes are bounded, and the oldest go first") {
  History history({10, ByteSize{5}}, 1);
  add(history, "aa");
  add(history, "bb");
  CHECK(history.bytes() == ByteSize{4});
  add(history, "cc");
  CHECK(history.bytes() == ByteSize{4});
  CHECK(replay(history, 1) == "2:bb 3:cc");
  add(history, "ddddd");
  CHECK(replay(history, 3) == "4:ddddd");
  CHECK(replay(history, 2) == "gap 4:ddddd");
}

TEST_CASE("a message larger than all of the history leaves a gap") {
  History history({10, ByteSize{5}}, 1);
  add(history, "a");
  CHECK(add(history, "bbbbbb") == 2);
  CHECK(history.size() == 0);
  CHECK(history.bytes() == ByteSize{0});
  CHECK(history.last_id() == 2);
  CHECK(replay(history, 2) == "");
  CHECK(replay(history, 1) == "gap");
  add(history, "c");
  CHECK(replay(history, 2) == "3:c");
  CHECK(replay(history, 1) == "gap 3:c");
}

TEST_CASE("a history of no messages still counts them") {
  History history({0, 1_MiB}, 1);
  add(history, "a");
  CHECK(history.last_id() == 1);
  CHECK(replay(history, 1) == "");
  CHECK(replay(history, 0) == "");
}

TEST_CASE("a message is shared, not copied, and keeps its kind") {
  History history({10, 1_MiB}, 1);
  const auto payload = std::make_shared<const Bytes>("\x00\xFF");
  history.add(ws::Opcode::binary, payload);
  const History::Replay replay = history.since(0);
  REQUIRE(replay.messages.size() == 1);
  CHECK(replay.messages[0].payload == payload);
  CHECK(replay.messages[0].opcode == ws::Opcode::binary);
}

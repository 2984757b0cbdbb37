#include "core/hub/history.h"

#include <catch2/catch.hpp>
#include <string>

using namespace wsb;
using namespace wsb::hub;

namespace {

void add(History& history, std::uint64_t id, const std::string& text) {
  history.add({id, ws::Opcode::text, std::make_shared<const Bytes>(text)});
}

// "20:b 30:c"
std::string since(const History& history, std::uint64_t id) {
  std::vector<const HistoryMessage*> found;
  history.append_since(id, found);
  std::string out;
  for (const HistoryMessage* message : found) {
    out += (out.empty() ? "" : " ") + std::to_string(message->id) + ":" + *message->payload;
  }
  return out;
}

}  // namespace

TEST_CASE("what follows an id, whether a message of this room has it or not") {
  History history({10, 1_MiB});
  for (std::uint64_t id = 10; id <= 40; id += 10) {
    add(history, id, std::string(1, static_cast<char>('a' + id / 10 - 1)));
  }
  CHECK(since(history, 0) == "10:a 20:b 30:c 40:d");
  CHECK(since(history, 10) == "20:b 30:c 40:d");
  CHECK(since(history, 29) == "30:c 40:d");
  CHECK(since(history, 30) == "40:d");
  CHECK(since(history, 40).empty());
  CHECK(since(history, UINT64_MAX).empty());
  CHECK(history.dropped_to() == 0);
}

TEST_CASE("the oldest go first, and up to where is known") {
  History history({2, 1_MiB});
  for (const std::uint64_t id : {5U, 7U, 9U}) add(history, id, "x");
  CHECK(history.size() == 2);
  CHECK(history.dropped_to() == 5);
  CHECK(since(history, 0) == "7:x 9:x");
}

TEST_CASE("bytes are bounded") {
  History history({10, ByteSize{5}});
  add(history, 1, "aa");
  add(history, 2, "bb");
  CHECK(history.bytes() == ByteSize{4});
  add(history, 3, "cc");
  CHECK(history.bytes() == ByteSize{4});
  CHECK(since(history, 0) == "2:bb 3:cc");
}

TEST_CASE("a message larger than all of the history leaves nothing, and that is known") {
  History history({10, ByteSize{5}});
  add(history, 1, "a");
  add(history, 2, "bbbbbb");
  CHECK(history.size() == 0);
  CHECK(history.bytes() == ByteSize{0});
  CHECK(history.dropped_to() == 2);
  add(history, 3, "c");
  CHECK(since(history, 2) == "3:c");
}

TEST_CASE("of what follows, the last ones are enough for some") {
  History history({10, 1_MiB});
  for (std::uint64_t id = 1; id <= 4; ++id) add(history, id, "x");
  std::vector<const HistoryMessage*> found;
  history.append_since(1, found, 2);
  REQUIRE(found.size() == 2);
  CHECK(found.front()->id == 3);
  history.append_since(0, found, 0);
  CHECK(found.size() == 2);
}

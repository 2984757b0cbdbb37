#include "core/hub/keeper.h"

#include <catch2/catch.hpp>
#include <string>

#include "core/base/limits.h"
#include "core/proto/ws/message_decoder.h"

using namespace wsb;
using namespace wsb::hub;
using ws::Opcode;

namespace {

class Texts final : public ws::MessageSink {
 public:
  void on_message(const ws::Message& message) override {
    (all += message.payload) += '\n';
  }
  void on_ping(BytesView) override {}
  void on_pong(BytesView) override {}
  void on_close(const ws::CloseInfo&) override {}
  void on_error(const ws::ProtocolError& error) override { FAIL_CHECK(error.text); }
  std::string all;
};

std::string texts_of(const Replay& replay) {
  ws::MessageDecoder decoder({ws::Role::client, limits::kMaxMessageBytes, std::nullopt});
  Texts texts;
  for (const net::BatchRef& batch : replay.batches) decoder.feed(batch->plain().bytes, texts);
  return texts.all;
}

constexpr const char* kNote = R"({"type":"binary",)";

// The single letters that were said, "gap" in front where there is one: "gap b c".
std::string said(Keeper& keeper, const std::vector<std::string>& rooms,
                 std::optional<std::uint64_t> since = std::nullopt) {
  const auto replay = keeper.replay(rooms, since);
  const std::string all = texts_of(*replay);
  std::string out = all.starts_with(R"({"type":"gap")") ? "gap" : "";
  CHECK(replay->gap == !out.empty());
  std::uint64_t messages = 0;
  const std::string mark = R"("history":true,"payload":")";
  for (std::size_t at = all.find(mark); at != all.npos; at = all.find(mark, at + 1)) {
    out += (out.empty() ? "" : " ") + all.substr(at + mark.size(), 1);
    ++messages;
  }
  for (std::size_t at = all.find(kNote); at != all.npos; at = all.find(kNote, at + 1)) ++messages;
  CHECK(replay->messages == messages);
  return out;
}

std::uint64_t keep(Keeper& keeper, const std::string& text, std::vector<std::string> rooms = {""}) {
  return keeper.keep(session::said(Opcode::text, text), make_rooms(std::move(rooms)));
}

}  // namespace

TEST_CASE("a message is kept as it will be read") {
  Keeper keeper({10, 1_MiB}, 100);
  CHECK(keep(keeper, "hi") == 100);
  CHECK(keeper.keep(session::said(Opcode::binary, "\x01\x02"), nullptr) == 101);
  CHECK(texts_of(*keeper.replay({""}, std::nullopt)) ==
        "{\"type\":\"broadcast\",\"id\":100,\"history\":true,\"payload\":\"hi\"}\n"
        "{\"type\":\"binary\",\"id\":101,\"history\":true}\n\x01\x02\n");
  CHECK(keeper.replay({""}, std::nullopt)->batches[0]->events(false).bytes ==
        "id: 100\ndata: {\"type\":\"broadcast\",\"id\":100,\"history\":true,\"payload\":\"hi\"}\n\n"
        "id: 101\nevent: binary\ndata: AQI=\n\n");
}

TEST_CASE("a client gets exactly what follows the id it knows") {
  Keeper keeper({3, 1_MiB}, 100);
  for (const char* text : {"a", "b", "c", "d", "e"}) keep(keeper, text);
  struct Row {
    std::uint64_t since;
    const char* replay;
  };
  for (const Row& row : {
           Row{104, ""},
           Row{103, "e"},
           Row{102, "d e"},
           Row{101, "c d e"},
           Row{100, "gap c d e"},  // 101 was dropped
           Row{99, "gap c d e"},
           Row{0, "c d e"},        // whoever knows nothing misses nothing
           Row{105, "gap c d e"},  // never given in this run
           Row{50, "gap c d e"},   // of an earlier run
           Row{UINT64_MAX, "gap c d e"},
       }) {
    INFO(row.since);
    CHECK(said(keeper, {""}, row.since) == row.replay);
  }
  CHECK(said(keeper, {""}) == "c d e");
}

TEST_CASE("nothing is missed while nothing was dropped") {
  Keeper keeper({3, 1_MiB}, 100);
  CHECK(said(keeper, {""}, 99).empty());
  CHECK(said(keeper, {""}, 100) == "gap");
  keep(keeper, "a");
  CHECK(said(keeper, {""}, 99) == "a");
  CHECK(said(keeper, {""}, 98) == "gap a");
}

TEST_CASE("rooms are apart, and share the ids") {
  Keeper keeper({2, 1_MiB}, 100);
  keep(keeper, "a", {"x"});
  keep(keeper, "b", {"y"});
  keep(keeper, "c", {"x"});
  keep(keeper, "d", {"x"});
  CHECK(said(keeper, {"x"}) == "c d");
  CHECK(said(keeper, {"y"}, 100) == "b");
  CHECK(said(keeper, {"y"}, 103).empty());
  CHECK(said(keeper, {"x"}, 101) == "c d");  // only 100 was dropped there
  CHECK(said(keeper, {"nobody spoke here"}, 102).empty());
  CHECK(said(keeper, {"x", "y"}) == "b c d");
  CHECK(said(keeper, {"x", "y"}, 100) == "b c d");
  CHECK(said(keeper, {"x", "y"}, 99) == "gap b c d");
}

TEST_CASE("what went to several rooms comes once, in the order of the ids") {
  Keeper keeper({10, 1_MiB}, 1);
  keep(keeper, "a", {"x", "y"});
  keep(keeper, "b", {"y"});
  keep(keeper, "c", {"x", "y", "z"});
  CHECK(said(keeper, {"x", "y", "z"}) == "a b c");
  CHECK(said(keeper, {"y", "x"}, 1) == "b c");
}

TEST_CASE("several rooms together are bounded as one") {
  Keeper keeper({10, ByteSize{200}}, 1);
  for (const char* room : {"x", "y", "z"}) keep(keeper, std::string(20, room[0]), {room});
  CHECK(said(keeper, {"x", "y", "z"}) == "y z");
  CHECK(said(keeper, {"x", "y", "z"}, 1) == "y z");
  CHECK(said(keeper, {"x", "y", "z"}, 0) == "y z");
  CHECK(said(keeper, {"x"}, 0) == "x");
  keep(keeper, std::string(20, 'w'), {"x"});
  CHECK(said(keeper, {"x", "y", "z"}, 1) == "gap z w");
}

TEST_CASE("of all rooms together so much is kept, and the quietest is forgotten") {
  Keeper keeper({4, {limits::kRoomHistoryBytes}}, 1);
  const std::string large(limits::kRoomHistoryBytes - 1000, 'l');
  CHECK(keep(keeper, "a", {"quiet"}) == 1);
  const auto keep_large = [&](const char* room) {
    keeper.keep(session::said(Opcode::binary, large), make_rooms({room}));
  };
  for (const char* room : {"r1", "r2", "r3", "r4"}) keep_large(room);
  CHECK(keeper.forgotten_rooms() == 0);
  CHECK(keep(keeper, "b", {"r1"}) == 6);
  keep_large("r5");
  CHECK(keeper.bytes() <= limits::kHistoryBytes);
  CHECK(keeper.forgotten_rooms() == 2);  // the quiet one, and r2
  CHECK(said(keeper, {"quiet"}, 1) == "gap");
  CHECK(said(keeper, {"quiet"}).empty());
  CHECK(said(keeper, {"r1"}, 2) == "b");
  CHECK(said(keeper, {"r2"}, 2) == "gap");
  CHECK(said(keeper, {"r2"}, 3).empty());
}

TEST_CASE("rooms that are remembered are bounded in number") {
  Keeper keeper({1, 1_MiB}, 1);
  for (std::size_t i = 0; i < limits::kHistoryRooms + 10; ++i) {
    keep(keeper, "", {"room " + std::to_string(i)});
  }
  CHECK(keeper.rooms() == limits::kHistoryRooms);
  CHECK(keeper.forgotten_rooms() == 10);
}

TEST_CASE("many who ask for the same share one replay") {
  Keeper keeper({10, 1_MiB}, 1);
  keep(keeper, "a");
  keep(keeper, "b");
  const auto first = keeper.replay({""}, std::nullopt);
  CHECK(keeper.replay({""}, 0) == first);
  CHECK(keeper.replay({""}, 1) != first);
  const auto again = keeper.replay({""}, std::nullopt);
  keep(keeper, "c");
  CHECK(keeper.replay({""}, std::nullopt) != again);
  CHECK(said(keeper, {""}) == "a b c");
}

TEST_CASE("a replay of any size is in batches of one write, and large messages go through") {
  Keeper keeper({100, 16_MiB}, 1);
  for (int i = 0; i < 5; ++i) keep(keeper, std::string(100'000, static_cast<char>('a' + i)));
  keeper.keep(session::said(Opcode::binary, std::string(3 * limits::kWriteBytes, 'x')), nullptr);
  keep(keeper, "z");
  CHECK(said(keeper, {""}) == "a b c d e z");
  CHECK(texts_of(*keeper.replay({""}, 6)).find("\"z\"") != std::string::npos);
}

TEST_CASE("who comes back gets what others said, and where each stands") {
  Keeper keeper({}, 100, {10, 1_MiB});
  CHECK(keeper.position() == 99);
  keep(keeper, "a");
  session::Said own = session::said(Opcode::text, "b");
  own.author = 7;
  keeper.keep(own, nullptr);
  keeper.keep(session::said(Opcode::binary, "\x01"), nullptr);
  CHECK(keeper.position() == 102);
  CHECK(texts_of(*keeper.recover({""}, 99, 7)) ==
        "42[\"message\",{\"type\":\"broadcast\",\"payload\":\"a\"},\"100\"]\n"
        "451-[\"message\",{\"type\":\"broadcast\",\"payload\":"
        "{\"_placeholder\":true,\"num\":0}},\"102\"]\n\x01\n");
  CHECK(texts_of(*keeper.recover({""}, 100, 8)).find("\"b\"},\"101\"") != std::string::npos);
  CHECK(keeper.recover({""}, 102, 0)->batches.empty());
  CHECK(keeper.replay({""}, std::nullopt)->messages == 0);  // there is no history
}

TEST_CASE("who missed what is gone gets nothing") {
  Keeper keeper({}, 100, {2, 1_MiB});
  for (const char* text : {"a", "b", "c"}) keep(keeper, text);
  for (const std::uint64_t since : {0U, 99U, 1U, 103U}) {
    const auto replay = keeper.recover({""}, since, 0);
    CHECK(replay->gap);
    CHECK(replay->batches.empty());
  }
  CHECK_FALSE(keeper.recover({""}, 100, 0)->gap);
}

TEST_CASE("a history is not longer for what is kept besides") {
  Keeper keeper({2, 1_MiB}, 1, {10, 1_MiB});
  for (const char* text : {"a", "b", "c"}) keep(keeper, text);
  CHECK(said(keeper, {""}) == "b c");
  CHECK(said(keeper, {""}, 0) == "b c");
  CHECK(said(keeper, {""}, 1) == "b c");
  CHECK(keeper.recover({""}, 1, 0)->messages == 2);
  Keeper other({5, 1_MiB}, 1, {2, 1_MiB});
  for (const char* text : {"a", "b", "c"}) keep(other, text);
  CHECK(said(other, {""}) == "a b c");
}

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/hub/shard.h"
#include "core/proto/ws/message_decoder.h"
#include "tests/unit/hub/recording_connection.h"

using namespace wsb;
using namespace wsb::hub;
using session::Encoding;
using ws::Opcode;
using Lines = std::vector<std::string>;

namespace {

// What a client reads, in short: "5:hi", "h5:hi" of the history, "gap".
class Reader final : public ws::MessageSink {
 public:
  void on_message(const ws::Message& message) override {
    const std::string text(message.payload);
    if (message.opcode == Opcode::binary) {
      lines.push_back("binary " + text);
      return;
    }
    if (text.starts_with("42")) return lines.push_back(text);  // of Socket.IO, as it is
    if (text.starts_with(R"({"type":"gap")")) return lines.emplace_back("gap"), void();
    const std::size_t id = text.find(R"("id":)") + 5;
    std::string line = text.find(R"("history":true)") != text.npos ? "h" : "";
    line += text.substr(id, text.find_first_of(",}", id) - id);
    const std::size_t payload = text.find(R"("payload":")");
    if (payload != text.npos) line += ':' + text.substr(payload + 11, text.size() - payload - 13);
    lines.push_back(line);
  }
  void on_ping(BytesView) override {}
  void on_pong(BytesView) override {}
  void on_close(const ws::CloseInfo&) override {}
  void on_error(const ws::ProtocolError& error) override { FAIL_CHECK(error.text); }
  Lines lines;
};

Lines lines_of(const RecordingConnection& connection) {
  ws::MessageDecoder decoder({ws::Role::client, std::uint64_t{1} << 24U, std::nullopt});
  Reader reader;
  decoder.feed(connection.received(), reader);
  return reader.lines;
}

// Workers as serve wires them; the first one orders. Connections of different workers have the same
// slots, and different ids.
struct Workers {
  explicit Workers(int count, HistoryLimits limits = {100, 1_MiB}, InboxLimits inbox = {},
                   HistoryLimits recovery = {}) {
    const bool recovers = recovery.messages > 0;
    const Encoding encoding = recovers ? Encoding::socketio : Encoding::plain;
    for (int i = 0; i < count; ++i) {
      inboxes.push_back(std::make_unique<Inbox>(inbox, [] { return true; }));
    }
    for (auto& mine : inboxes) {
      std::vector<Inbox*> others;
      for (auto& other : inboxes) {
        if (other != mine) others.push_back(other.get());
      }
      Order order;
      if (mine == inboxes.front()) {
        order.keeper = std::make_unique<Keeper>(limits, 1, recovery);
      } else {
        order.orderer = inboxes.front().get();
      }
      order.history = limits.messages > 0;
      order.offsets = recovers;
      shards.push_back(std::make_unique<Shard>(std::vector{encoding}, *mine,
                                               std::move(others), std::move(order)));
    }
  }
  RecordingConnection& connect(std::size_t worker, const std::vector<std::string>& rooms = {""},
                               std::optional<std::uint64_t> since = std::nullopt) {
    RecordingConnection& connection = make(worker);
    shards[worker]->join_all(connection, Encoding::plain, rooms, since);
    return connection;
  }
  RecordingConnection& make(std::size_t worker) {
    const auto slot = static_cast<std::uint32_t>(slots.at(worker)++);
    connections.push_back(std::make_unique<RecordingConnection>(
        slot, static_cast<std::uint32_t>(worker << 24U) + 1));
    return *connections.back();
  }
  void settle() {
    for (int round = 0; round < 4; ++round) {
      for (auto& shard : shards) {
        shard->receive();
        shard->flush();
      }
    }
  }

  std::vector<std::unique_ptr<Inbox>> inboxes;
  std::vector<std::unique_ptr<Shard>> shards;
  std::vector<std::unique_ptr<RecordingConnection>> connections;
  std::vector<int> slots = std::vector<int>(8, 0);
};

}  // namespace

TEST_CASE("messages of all workers get one order, and nobody hears himself") {
  Workers at(3);
  RecordingConnection& a = at.connect(0);
  RecordingConnection& b = at.connect(1);
  RecordingConnection& c = at.connect(2);
  at.settle();
  at.shards[1]->publish(b.id(), Opcode::text, "b");
  CHECK(at.shards[1]->pending_bytes() > 0);
  at.shards[2]->publish(c.id(), Opcode::text, "c");
  at.shards[0]->publish(a.id(), Opcode::text, "a");
  at.settle();
  CHECK(at.shards[1]->pending_bytes() == 0);
  CHECK(lines_of(a) == Lines{"2:b", "3:c"});
  CHECK(lines_of(b) == Lines{"1:a", "3:c"});
  CHECK(lines_of(c) == Lines{"1:a", "2:b"});
  CHECK(at.shards[1]->counters().messages == 1);
  CHECK(at.shards[0]->counters().messages == 1);
  CHECK(at.shards[0]->counters().history_bytes > 0);
}

TEST_CASE("who joins gets the history first, then what is said, without a hole") {
  Workers at(2);
  RecordingConnection& talker = at.connect(1);
  at.settle();
  at.shards[1]->publish(talker.id(), Opcode::text, "a");
  at.shards[1]->publish(talker.id(), Opcode::text, "b");
  RecordingConnection& here = at.connect(1);  // "b" is not handed over yet
  at.shards[1]->publish(talker.id(), Opcode::text, "c");
  at.settle();
  RecordingConnection& there = at.connect(0, {""}, 2);
  at.shards[1]->publish(talker.id(), Opcode::text, "d");
  at.settle();
  CHECK(lines_of(here) == Lines{"h1:a", "h2:b", "3:c", "4:d"});
  CHECK(lines_of(there) == Lines{"h3:c", "4:d"});
  CHECK(at.shards[1]->counters().replayed == 2);
  CHECK(at.shards[0]->counters().replayed == 1);
}

TEST_CASE("who resumes behind what is kept is told of the gap") {
  Workers at(2, {2, 1_MiB});
  for (const char* text : {"a", "b", "c", "d"}) at.shards[0]->publish({}, Opcode::text, text);
  at.settle();
  RecordingConnection& late = at.connect(1, {""}, 1);
  RecordingConnection& in_time = at.connect(1, {""}, 2);
  RecordingConnection& fresh = at.connect(1);
  at.settle();
  CHECK(lines_of(late) == Lines{"gap", "h3:c", "h4:d"});
  CHECK(lines_of(in_time) == Lines{"h3:c", "h4:d"});
  CHECK(lines_of(fresh) == Lines{"h3:c", "h4:d"});
  CHECK(at.shards[1]->counters().gaps == 1);
}

TEST_CASE("a binary message is announced with its id") {
  Workers at(2);
  RecordingConnection& reader = at.connect(1);
  at.settle();
  at.shards[0]->publish({}, Opcode::binary, "bytes");
  at.settle();
  RecordingConnection& late = at.connect(1);
  at.settle();
  CHECK(lines_of(reader) == Lines{"1", "binary bytes"});
  CHECK(lines_of(late) == Lines{"h1", "binary bytes"});
}

TEST_CASE("who is in several rooms gets all in the order of the ids") {
  Workers at(2);
  RecordingConnection& here = at.connect(0, {"x", "y"});
  RecordingConnection& there = at.connect(1, {"x", "y"});
  at.settle();
  const char* rooms[] = {"x", "y", "x", "y", "y", "x"};
  for (const char* room : rooms) {
    at.shards[1]->publish({}, Opcode::text, room, make_rooms({room}));
  }
  at.shards[1]->publish({}, Opcode::text, "both", make_rooms({"x", "y"}));
  at.settle();
  const Lines want{"1:x", "2:y", "3:x", "4:y", "5:y", "6:x", "7:both"};
  CHECK(lines_of(here) == want);
  CHECK(lines_of(there) == want);
  // A sender of a message to several rooms, on a worker that does not order.
  at.shards[1]->publish(there.id(), Opcode::text, "mine", make_rooms({"x", "y"}));
  at.settle();
  CHECK(lines_of(there) == want);
  CHECK(lines_of(here).size() == 8);
}

TEST_CASE("a sender's slot on another worker is somebody else") {
  Workers at(3);
  RecordingConnection& b = at.connect(1);
  RecordingConnection& c = at.connect(2);
  at.settle();
  CHECK(b.id().slot == c.id().slot);
  at.shards[1]->publish(b.id(), Opcode::text, "b");
  at.shards[2]->publish(c.id(), Opcode::text, "c");
  at.settle();
  CHECK(lines_of(b) == Lines{"2:c"});
  CHECK(lines_of(c) == Lines{"1:b"});
}

TEST_CASE("that a connection waits to join is known, and told when it is over") {
  Workers at(2);
  std::vector<net::ConnectionId> joined;
  at.shards[1]->when_joined([&](net::ConnectionId id) { joined.push_back(id); });
  RecordingConnection& here = at.connect(0, {"x"});
  CHECK_FALSE(at.shards[0]->is_joining(here.id()));
  RecordingConnection& twice = at.connect(1, {"x"});
  at.shards[1]->join_all(twice, Encoding::plain, {"y"}, std::nullopt);
  CHECK(at.shards[1]->is_joining(twice.id()));
  at.settle();
  CHECK_FALSE(at.shards[1]->is_joining(twice.id()));
  CHECK(joined == std::vector{twice.id()});
}

TEST_CASE("who leaves before the answer comes gets nothing any more") {
  Workers at(2);
  at.shards[0]->publish({}, Opcode::text, "a", make_rooms({"x", "y"}));
  at.settle();
  RecordingConnection& gone = at.connect(1, {"x", "y"});
  at.shards[1]->leave(gone.id(), Encoding::plain, "x");
  at.shards[1]->leave(gone.id(), Encoding::plain, "y");
  RecordingConnection& half = at.connect(1, {"x", "y"});
  at.shards[1]->leave(half.id(), Encoding::plain, "x");
  at.settle();
  at.shards[0]->publish({}, Opcode::text, "b", make_rooms({"x"}));
  at.shards[0]->publish({}, Opcode::text, "c", make_rooms({"y"}));
  at.settle();
  CHECK(gone.writes.empty());
  CHECK(lines_of(half) == Lines{"h1:a", "3:c"});
  CHECK(at.shards[1]->counters().members == 1);
}

TEST_CASE("receivers are counted over all workers, whoever asks") {
  Workers at(3);
  for (const std::size_t worker : {0U, 1U, 1U, 2U}) at.connect(worker);
  at.settle();
  for (auto& shard : at.shards) {
    std::optional<std::uint64_t> told;
    shard->publish_counted({}, session::said(Opcode::text, "x"), nullptr,
                           [&](std::uint64_t n) { told = n; });
    at.settle();
    CHECK(told == 4);
  }
  std::optional<std::uint64_t> nobody;
  at.shards[1]->publish_counted({}, session::said(Opcode::text, "x"), make_rooms({"z"}),
                                [&](std::uint64_t n) { nobody = n; });
  at.settle();
  CHECK(nobody == 0);
}

TEST_CASE("what the orderer's full inbox refuses is counted, and nobody waits for it") {
  Workers at(2, {10, 1_MiB}, {.max_parcels = 1, .max_bytes = 1000});
  std::optional<std::uint64_t> told;
  at.shards[1]->publish({}, Opcode::text, "x");
  at.shards[1]->flush();
  at.shards[1]->publish_counted({}, session::said(Opcode::text, "y"), nullptr,
                                [&](std::uint64_t n) { told = n; });
  CHECK(told == 0);
  CHECK(at.shards[1]->counters().mailbox_refusals == 1);
  // Whoever joins is never refused.
  RecordingConnection& joiner = at.connect(1);
  at.settle();
  CHECK(lines_of(joiner) == Lines{"h1:x"});
}

TEST_CASE("without an order joining all is joining each, at once") {
  Inbox inbox({}, [] { return true; });
  Shard shard({Encoding::raw}, inbox, {});
  CHECK_FALSE(shard.keeps_history());
  RecordingConnection reader(0);
  shard.join_all(reader, Encoding::raw, {"x", "y"}, 5);
  shard.publish({}, Opcode::text, "1", make_rooms({"x"}));
  shard.publish({}, Opcode::text, "2", make_rooms({"y"}));
  shard.flush();
  CHECK(reader.received() == text_frame("1") + text_frame("2"));
}

TEST_CASE("who comes back to another worker gets what it missed, once and in order, but its own") {
  Workers at(2, {}, {}, {3, 1_MiB});
  const auto text = [](int id, int payload) {
    return R"(42["message",{"type":"broadcast","payload":)" + std::to_string(payload) + R"(},")" +
           std::to_string(id) + R"("])";
  };
  const auto say = [&](std::size_t worker, const RecordingConnection& who, std::string_view json,
                       std::uint64_t author = 0) {
    at.shards[worker]->publish(who.id(), {session::Said::Kind::json, json, {}, author});
  };
  std::vector<std::string> told;
  const auto note = [&](const Arrival& arrival) {
    told.push_back((arrival.gap ? "gap at " : "") + std::to_string(arrival.position));
  };
  RecordingConnection& a = at.make(0);
  RecordingConnection& b = at.make(1);
  at.shards[0]->join_anew(a, {""}, note);
  CHECK(told == Lines{"0"});
  say(0, a, "1");
  at.settle();
  at.shards[1]->join_anew(b, {""}, note);
  at.settle();
  CHECK(told == Lines{"0", "1"});
  say(0, a, "2");
  say(1, b, "3", 7);
  at.settle();
  CHECK(lines_of(b) == Lines{text(2, 2)});
  at.shards[1]->leave(b.id(), Encoding::socketio);
  say(0, a, "4");
  RecordingConnection& back = at.make(0);
  RecordingConnection& gone = at.make(1);
  at.shards[0]->join_again(back, {""}, 2, 7, [&](const Arrival& arrival) {
    note(arrival);
    CHECK(lines_of(back).empty());
  });
  at.shards[1]->join_again(gone, {""}, 2, 7, note);
  at.shards[1]->leave(gone.id(), Encoding::socketio);
  say(0, a, "5");
  at.settle();
  CHECK(told == Lines{"0", "1", "4"});
  CHECK(lines_of(back) == Lines{text(4, 4), text(5, 5)});
  CHECK(lines_of(gone).empty());
  RecordingConnection& late = at.make(1);
  at.shards[1]->join_again(late, {""}, 1, 7, note);
  at.settle();
  CHECK(told.back() == "gap at 5");
  say(0, a, "6");
  at.settle();
  CHECK(lines_of(late).empty());
  CHECK(at.shards[0]->keeps_history() == false);
}

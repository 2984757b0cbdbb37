#include "core/hub/audience.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/base/limits.h"
#include "tests/unit/hub/recording_connection.h"

using namespace wsb;
using namespace wsb::hub;
using net::SendStatus;
using ws::Opcode;
using Writes = std::vector<std::string>;

namespace {

struct Group {
  explicit Group(std::uint32_t size) {
    for (std::uint32_t slot = 0; slot < size; ++slot) {
      members.push_back(std::make_unique<RecordingConnection>(slot));
      audience.join(*members.back());
    }
  }
  RecordingConnection& operator[](std::size_t i) { return *members[i]; }
  void say(std::size_t sender, const std::string& text) {
    audience.append(members[sender]->id(), {Opcode::text, text});
  }
  void leave(net::ConnectionId id) { audience.leave(id, counters); }
  void deliver() {
    audience.seal();
    audience.deliver_sealed(counters);
  }

  Audience audience;
  Counters counters;
  std::vector<std::unique_ptr<RecordingConnection>> members;
};

}  // namespace

TEST_CASE("what was said in a turn reaches everyone but the sender, in order, in one write") {
  Group group(3);
  group.say(0, "a");
  group.say(0, "b");
  group.deliver();
  CHECK(group[0].writes.empty());
  CHECK(group[1].writes == Writes{text_frame("a") + text_frame("b")});
  CHECK(group[2].writes == Writes{text_frame("a") + text_frame("b")});
  CHECK(group[1].batches[0] == group[2].batches[0]);
  CHECK(group.counters.deliveries == 4);
  CHECK(group.counters.batches == 1);
}

TEST_CASE("a sender among other senders gets what lies around its own messages") {
  Group group(4);
  for (const std::size_t sender : {1U, 0U, 1U, 1U, 2U}) {
    group.say(sender, std::to_string(sender));
  }
  group.deliver();
  const std::string f0 = text_frame("0");
  const std::string f1 = text_frame("1");
  const std::string f2 = text_frame("2");
  CHECK(group[0].writes == Writes{f1, f1 + f1 + f2});
  CHECK(group[1].writes == Writes{f0, f2});
  CHECK(group[2].writes == Writes{f1 + f0 + f1 + f1});
  CHECK(group[3].writes == Writes{f1 + f0 + f1 + f1 + f2});
  CHECK(group.counters.deliveries == 4 + 2 + 4 + 5);
}

TEST_CASE("nothing said, nothing sent") {
  Group group(2);
  group.deliver();
  CHECK(group[0].writes.empty());
  CHECK(group.counters == Counters{});
  CHECK(group.audience.pending_bytes() == 0);
}

TEST_CASE("text and binary share a batch, each with its opcode") {
  Group group(2);
  group.say(0, "t");
  group.audience.append(group[0].id(), {Opcode::binary, std::string("\0b", 2)});
  CHECK(group.audience.pending_bytes() == 3 + 4);
  group.deliver();
  CHECK(group[1].writes == Writes{text_frame("t") + binary_frame(std::string("\0b", 2))});
  CHECK(group.audience.pending_bytes() == 0);
}

TEST_CASE("what does not fit into one write makes several, and each sender is skipped in all") {
  Group group(3);
  const std::string big(limits::kWriteBytes / 2, 'x');
  for (int i = 0; i < 4; ++i) group.say(static_cast<std::size_t>(i % 2), big);
  group.say(0, "end");
  group.deliver();
  CHECK(group[2].writes.size() == 4);
  const std::string received = group[2].received();
  CHECK(received.size() == 4 * (big.size() + 4 + 6) + text_frame("end").size());
  CHECK(group[0].received().size() == 2 * (big.size() + 10));
  CHECK(group[1].received().size() == 2 * (big.size() + 10) + text_frame("end").size());
  for (const std::string& write : group[2].writes) CHECK(write.size() <= limits::kWriteBytes);
  CHECK(group.counters.batches == 4);
}

TEST_CASE("a message larger than a write is a batch of its own") {
  Group group(2);
  group.say(0, "before");
  group.say(0, std::string(limits::kWriteBytes * 2, 'x'));
  group.say(0, "after");
  group.deliver();
  REQUIRE(group[1].writes.size() == 3);
  CHECK(group[1].writes[0] == text_frame("before"));
  CHECK(group[1].writes[2] == text_frame("after"));
}

TEST_CASE("who sent in one turn is a plain receiver in the next") {
  Group group(2);
  group.say(0, "first");
  group.deliver();
  group.say(1, "second");
  group.deliver();
  CHECK(group[0].writes == Writes{text_frame("second")});
  CHECK(group[1].writes == Writes{text_frame("first")});
}

TEST_CASE("a sender that is no member is nobody's own") {
  Group group(2);
  group.audience.append({}, {Opcode::text, "from outside"});
  group.audience.append({0, 7}, {Opcode::text, "from who had slot 0 before"});
  group.deliver();
  const std::string all =
      text_frame("from outside") + text_frame("from who had slot 0 before");
  CHECK(group[0].writes == Writes{all});
  CHECK(group[1].writes == Writes{all});
}

TEST_CASE("a batch of another worker goes to all, whatever ids its senders have") {
  Group group(2);
  Group other(2);
  other.say(0, "x");
  other.audience.seal();
  group.say(0, "mine");
  group.audience.deliver_foreign(other.audience.sealed().front(), group.counters);
  CHECK(group[0].writes == Writes{text_frame("x")});
  CHECK(group[1].writes == Writes{text_frame("x")});
  CHECK(group.counters.deliveries == 2);
  CHECK(group.counters.batches == 0);
}

TEST_CASE("who left gets nothing, and a late leave changes nothing") {
  Group group(3);
  group.leave(group[1].id());
  group.leave(group[1].id());
  group.leave({2, 9});
  group.leave({77, 1});
  CHECK(group.audience.size() == 2);
  group.say(0, "a");
  group.deliver();
  CHECK(group[1].writes.empty());
  CHECK(group[2].writes == Writes{text_frame("a")});
}

TEST_CASE("a slot that is used again is a new member") {
  Group group(2);
  group.leave(group[0].id());
  RecordingConnection successor(0, 2);
  group.audience.join(successor);
  group.leave(group[0].id());
  group.say(1, "a");
  group.deliver();
  CHECK(successor.writes == Writes{text_frame("a")});
}

TEST_CASE("members may leave in the middle of a delivery, themselves and others") {
  Group group(6);
  group[1].on_send = [&] {
    group.leave(group[1].id());
    group.leave(group[0].id());
    group.leave(group[3].id());
    group.leave(group[5].id());
  };
  group.say(2, "a");
  group.deliver();
  CHECK(group[0].writes.size() == 1);  // was served before
  CHECK(group[1].writes.size() == 1);
  CHECK(group[3].writes.empty());
  CHECK(group[4].writes.size() == 1);
  CHECK(group[5].writes.empty());
  CHECK(group.audience.size() == 2);
  group.say(2, "b");
  group.deliver();
  CHECK(group[4].received() == text_frame("a") + text_frame("b"));
  CHECK(group[1].writes.size() == 1);
  CHECK(group[2].writes.empty());
}

TEST_CASE("a sender cut in the middle of its own gaps gets no more of them") {
  Group group(2);
  group.say(1, "a");
  group.say(0, "own");
  group.say(1, "b");
  group[0].answer = SendStatus::closed;
  group[0].on_send = [&] { group.leave(group[0].id()); };
  group.deliver();
  CHECK(group[0].writes == Writes{text_frame("a")});
  CHECK(group[1].writes == Writes{text_frame("own")});
  CHECK(group.counters.deliveries == 1);
}

TEST_CASE("what a connection threw away when it ended was dropped, not delivered") {
  Group group(3);
  group[1].answer = SendStatus::queued;
  for (const char* text : {"a", "b", "c"}) {
    group.say(0, text);
    group.deliver();
  }
  CHECK(group.counters.deliveries == 6);
  group[1].set_dropped(2);
  group.leave(group[1].id());
  CHECK(group.counters.deliveries == 4);
  CHECK(group.counters.dropped == 2);
  group.leave(group[2].id());
  CHECK(group.counters.dropped == 2);
}

TEST_CASE("slow readers, drops and closed connections are counted as what they are") {
  Group group(5);
  group[1].answer = SendStatus::queued;
  group[2].answer = SendStatus::dropped;
  group[2].set_dropped(2);
  group[3].answer = SendStatus::closed;
  group.say(0, "a");
  group.say(0, "b");
  group.deliver();
  CHECK(group.counters.deliveries == 4);  // members 1 and 4
  CHECK(group.counters.slow_sends == 1);
  CHECK(group.counters.dropped == 2);
  group[2].set_dropped(3);
  group.say(0, "c");
  group.deliver();
  CHECK(group.counters.dropped == 3);
  CHECK(group.counters.deliveries == 6);
}

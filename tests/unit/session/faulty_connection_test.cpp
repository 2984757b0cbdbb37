#include "core/session/faulty_connection.h"

#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/fake_net.h"

using namespace wsb;
using namespace wsb::session;
using net::SendStatus;
using Texts = std::vector<std::string>;

namespace {

class KeptConnection final : public net::Connection {
 public:
  [[nodiscard]] net::ConnectionId id() const override { return {1, 1}; }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] net::ConnectionStats stats() const override { return {}; }
  SendStatus send(const net::BatchRef&, std::size_t, std::size_t) override {
    got.emplace_back("a batch");
    return answer;
  }
  SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override {
    got.push_back((opcode == ws::Opcode::binary ? "binary " : compress ? "" : "plain ") +
                  std::string(payload));
    if (when_sent) when_sent();
    return answer;
  }
  void ping(BytesView) override { got.emplace_back("ping"); }
  void close(std::uint16_t code, std::string_view reason) override {
    got.push_back("close " + std::to_string(code) + " " + std::string(reason));
    answer = SendStatus::closed;
  }
  void abort() override { got.emplace_back("abort"); }
  void pause_reading() override { got.emplace_back("pause"); }
  void resume_reading() override { got.emplace_back("resume"); }

  Texts take() { return std::exchange(got, {}); }

  Texts got;
  SendStatus answer = SendStatus::sent;
  std::function<void()> when_sent;

 private:
  net::ConnectionInfo info_;
};

// Whether each chance of a message happens: one letter a message, of c(lose), d(rop), t(wice),
// r(eorder) and -.
class ScriptedRandom final : public RandomSource {
 public:
  explicit ScriptedRandom(std::string fates) : fates_(std::move(fates)) {}
  void fill(void* out, std::size_t size) override {
    const bool happens = fates_.at(roll_ / 4) == "cdtr"[roll_ % 4];
    ++roll_;
    std::fill_n(static_cast<char*>(out), size, happens ? '\0' : '\xFF');
  }

 private:
  const std::string fates_;
  std::size_t roll_ = 0;
};

struct Stage {
  explicit Stage(const std::string& fates, const std::string& more = {}, ByteSize limit = 1_MiB)
      : plan(parse_fault_plan("close=1/2,drop=1/2,dup=1/2,reorder=1/2" + more).value()),
        faulty(below, *loop,
               FaultInjector(plan, loop->now(), std::make_unique<ScriptedRandom>(fates)), limit,
               counts) {}

  // "abc" are three messages of one turn, each a segment of its own.
  SendStatus say(const std::string& letters) {
    for (const char letter : letters) {
      builder.append({static_cast<std::uint32_t>(letter), 1}, ws::Opcode::text,
                     std::string(1, letter));
    }
    return faulty.send(builder.freeze(), 0, letters.size());
  }

  net::FakeRuntime network;
  std::unique_ptr<net::Loop> loop = network.make_loop().value();
  net::BatchBuilder builder;
  KeptConnection below;
  const FaultPlan plan;
  FaultCounts counts;
  FaultyConnection faulty;
};

}  // namespace

TEST_CASE("each message meets its fate, and each fate is counted") {
  Stage stage("-dt-");
  CHECK(stage.say("abcd") == SendStatus::sent);
  CHECK(stage.below.got == Texts{"a", "c", "c", "d"});
  CHECK(stage.counts == FaultCounts{4, 1, 1, 0, 0, 0, 0});
}

TEST_CASE("a part of a batch is that part") {
  Stage stage("--");
  for (const std::string text : {"a", "b", "c", "d"}) {
    stage.builder.append({7, 1}, ws::Opcode::text, text);
    if (text == "b") stage.builder.append({8, 1}, ws::Opcode::binary, "x");
  }
  (void)stage.faulty.send(stage.builder.freeze(), 2, 3);
  CHECK(stage.below.got == Texts{"c", "d"});
}

TEST_CASE("a held message comes behind the next one that is sent, twice or once") {
  Stage stage("rd-rtrr-");
  stage.say("abcdefgh");
  CHECK(stage.below.got == Texts{"c", "a", "e", "e", "d", "g", "f", "h"});
  CHECK(stage.counts.reordered == 3);  // g was to be held as well, but f was already
}

TEST_CASE("a held message that none follows is sent a second later, in its place") {
  Stage stage("r-");
  stage.say("a");
  stage.network.advance(999ms);
  CHECK(stage.below.got.empty());
  stage.network.advance(1ms);
  CHECK(stage.below.got == Texts{"a"});
  stage.say("b");
  CHECK(stage.below.got == Texts{"a", "b"});
  CHECK(stage.counts == FaultCounts{2, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("a delay moves every message by as much and keeps their order") {
  Stage stage("--r--", ",delay=10ms");
  stage.say("a");
  stage.network.advance(5ms);
  stage.say("bc");
  stage.network.advance(5ms);
  CHECK(stage.below.got == Texts{"a"});
  stage.network.advance(4ms);
  stage.say("d");
  stage.network.advance(1ms);
  CHECK(stage.below.got == Texts{"a", "b"});
  stage.network.advance(9ms);
  CHECK(stage.below.got == Texts{"a", "b", "d", "c"});
}

TEST_CASE("during a stall nothing is sent, and then everything") {
  Stage stage("----", ",stall=1s@2s");
  stage.say("a");
  stage.network.advance(2s);
  stage.say("b");
  stage.network.advance(999ms);
  stage.say("c");
  CHECK(stage.below.got == Texts{"a"});
  stage.network.advance(1ms);
  CHECK(stage.below.got == Texts{"a", "b", "c"});
  stage.say("d");
  CHECK(stage.below.got.back() == "d");
  CHECK(stage.counts.stalled == 2);
}

TEST_CASE("a close comes instead of its message, and nothing behind it") {
  Stage stage("r-rc-", ",delay=1ms");
  stage.say("abcde");
  stage.network.advance(1ms);
  CHECK(stage.below.got == Texts{"b", "a", "c", "close 1011 closed on purpose"});
  CHECK(stage.say("f") == SendStatus::closed);
  CHECK(stage.counts == FaultCounts{4, 0, 0, 1, 0, 1, 0});
}

TEST_CASE("an orderly close sends first what waits") {
  Stage stage("-dr", ",delay=1h");
  stage.say("abc");
  CHECK(stage.faulty.stats().backlog_bytes == 3);
  stage.faulty.close(1001, "bye");
  CHECK(stage.below.got == Texts{"a", "c", "close 1001 bye"});
  CHECK(stage.say("d") == SendStatus::closed);
  stage.network.advance(2h);
  CHECK(stage.below.got.size() == 3);
}

TEST_CASE("more than the limit does not wait") {
  Stage stage("-----", ",delay=1s", {4});
  CHECK(stage.say("ab") == SendStatus::sent);
  CHECK(stage.say("c") == SendStatus::queued);
  CHECK(stage.say("de") == SendStatus::dropped);
  CHECK(stage.faulty.stats().dropped_messages == 1);
  stage.network.advance(1s);
  CHECK(stage.below.got == Texts{"a", "b", "c", "d"});
  CHECK(stage.counts == FaultCounts{4, 0, 0, 0, 0, 0, 1});
}

TEST_CASE("a message larger than the limit waits alone") {
  Stage stage("--", ",delay=1s", {4});
  CHECK(stage.faulty.send(ws::Opcode::binary, "12345", true) == SendStatus::queued);
  CHECK(stage.say("a") == SendStatus::dropped);
  stage.network.advance(1s);
  CHECK(stage.below.got == Texts{"binary 12345"});
}

TEST_CASE("single messages keep their form, and what is no message passes") {
  Stage stage("t-");
  (void)stage.faulty.send(ws::Opcode::text, "x", false);
  stage.faulty.ping("");
  stage.faulty.pause_reading();
  stage.faulty.resume_reading();
  stage.faulty.abort();
  CHECK(stage.below.take() == Texts{"plain x", "plain x", "ping", "pause", "resume", "abort"});
  stage.below.answer = SendStatus::queued;
  CHECK(stage.faulty.send(ws::Opcode::text, "x", false) == SendStatus::queued);
}

TEST_CASE("a connection that ends in the middle gets nothing more, nor is anything counted") {
  Stage stage("t-r-", ",delay=1ms");
  stage.say("abcd");
  stage.below.when_sent = [&] { stage.faulty.end(); };
  stage.network.advance(1s);
  CHECK(stage.below.got == Texts{"a"});
  CHECK(stage.counts == FaultCounts{1, 0, 1, 0, 0, 0, 0});
  CHECK(stage.faulty.stats().backlog_bytes == 0);
}

TEST_CASE("a connection that takes nothing any more ends the faults too") {
  Stage stage("--", ",delay=1ms");
  stage.below.answer = SendStatus::closed;
  stage.say("ab");
  stage.network.advance(1ms);
  CHECK(stage.below.got == Texts{"a"});
  CHECK(stage.say("c") == SendStatus::closed);
}

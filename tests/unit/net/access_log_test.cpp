#include "core/net/access_log.h"

#include <catch2/catch.hpp>

#include "tests/support/server_bench.h"

namespace wsb::net {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

// "request 127.0.0.1:1 GET /a 200 2 by alice"
class Record final : public AccessLog {
 public:
  void write(const AccessEntry& entry) override {
    constexpr const char* kKinds[] = {"request", "refused", "opened", "closed"};
    const AccessRequest& request = entry.request;
    std::string line = kKinds[static_cast<int>(entry.kind)];
    for (const std::string& word : {request.method, request.target, request.user}) {
      if (!word.empty()) line += ' ' + word;
    }
    line += ' ' + std::to_string(entry.status) + ' ' + std::to_string(entry.bytes);
    if (entry.close != nullptr) {
      line += " close " + std::to_string(entry.close->code) + " in " +
              std::to_string(entry.stats->messages_in) + " after " +
              std::to_string(entry.duration / 1ms) + " ms";
    }
    lines.push_back(line);
    last = request;
  }
  Lines take() { return std::exchange(lines, {}); }
  Lines lines;
  AccessRequest last;
};

struct Bed {
  Record record;
  ServerBench bench{[this] {
    ListenConfig config;
    config.access_log = &record;
    return config;
  }()};
};

TEST_CASE("each request has its line when it was answered, without credentials") {
  Bed bed;
  ScriptedWire& wire = bed.bench.accept();
  wire.receive("GET /a?token=x HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n"
               "Referer: http://x/?token=y\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(bed.record.take() == Lines{"request GET /a?token=*** 200 2", "request HEAD /b 200 0"});
  wire.receive("GET /c HTTP/1.1\r\nHost: x\r\nUser-Agent: me\r\n"
               "Referer: http://x/?token=y\r\n\r\n");
  CHECK(bed.record.last.user_agent == "me");
  CHECK(bed.record.last.referer == "http://x/?token=***");
}

TEST_CASE("what cannot be read is answered and told of too") {
  Bed bed;
  bed.bench.accept().receive("nonsense\r\n\r\n");
  CHECK(bed.record.take().at(0).starts_with("request 400 "));
  bed.bench.accept().receive("BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(bed.record.take().at(0).starts_with("request BREW /pot 405 "));
  bed.bench.accept().receive("\x16");
  CHECK(bed.record.take().empty());
}

TEST_CASE("a client that goes without an answer is told of, and so is one that read a part") {
  Bed bed;
  bed.bench.hold_requests = true;
  ScriptedWire& gone = bed.bench.accept();
  gone.receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(bed.record.take().empty());
  gone.events->on_end({});
  CHECK(bed.record.take() == Lines{"request GET /a 499 0"});
  ScriptedWire& slow = bed.bench.accept();
  slow.receive("GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  slow.room = 1000;
  bed.bench.held.back()->respond({200, {}, std::make_shared<const Bytes>(50'000, 'b')});
  bed.bench.advance(31s);
  const std::size_t head = slow.written.find("\r\n\r\n") + 4;
  CHECK(bed.record.take() == Lines{"request GET /b 200 " + std::to_string(1000 - head)});
}

TEST_CASE("a WebSocket is told of when it opens and when it ends") {
  struct Alice final : Admission {
    [[nodiscard]] std::string_view user() const override { return "alice"; }
  };
  Bed bed;
  bed.bench.when_handshake = [] {
    HandshakeDecision decision;
    decision.admission = std::make_shared<const Alice>();
    return decision;
  };
  ScriptedWire& wire = bed.bench.open();
  CHECK(bed.record.take() == Lines{"opened GET /chat?x=1 alice 101 0"});
  wire.receive(bed.bench.frame(ws::Opcode::text, "hi"));
  CHECK(bed.bench.connection().send(ws::Opcode::text, "hello", true) == SendStatus::sent);
  bed.bench.advance(1500ms);
  wire.receive(bed.bench.close_frame(1000));
  CHECK(bed.record.take() ==
        Lines{"closed GET /chat?x=1 alice 101 5 close 1000 in 1 after 1500 ms"});
}

TEST_CASE("a WebSocket that is refused is told of as such") {
  Bed bed;
  bed.bench.when_handshake = [] {
    HandshakeDecision decision;
    decision.refusal = HttpResponse{403, {}, std::make_shared<const Bytes>("no")};
    return decision;
  };
  bed.bench.open();
  CHECK(bed.record.take() == Lines{"refused GET /chat?x=1 403 2"});
}

TEST_CASE("a stream of events is told of when it ends, with what was sent") {
  Bed bed;
  bed.bench.hold_requests = true;
  ScriptedWire& wire = bed.bench.accept();
  wire.receive("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  HttpResponse response;
  response.is_event_stream = true;
  bed.bench.held.back()->respond(std::move(response));
  CHECK(bed.record.take().empty());
  const std::size_t body = wire.written.size() - wire.written.find("\r\n\r\n") - 4;
  CHECK(body > 0);
  wire.events->on_end({});
  CHECK(bed.record.take() == Lines{"request GET /events 200 " + std::to_string(body)});
}

TEST_CASE("what is under way when the listener ends is told of") {
  Bed bed;
  bed.bench.hold_requests = true;
  bed.bench.accept().receive("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  bed.bench.open();
  bed.record.take();
  bed.bench.pool.drop_all();
  CHECK(bed.record.take() ==
        Lines{"request GET /a 499 0", "closed GET /chat?x=1 101 0 close 1006 in 0 after 0 ms"});
}

}  // namespace
}  // namespace wsb::net

// A server's side of everything: several peers at once whose bytes come in pieces, whose sockets
// take little or nothing, that vanish; handlers that echo, broadcast, close, abort and pause.
// Holds: the stream's contract (tests/support/contract_stream.h); what happens to a connection
// happens in order, its end once, nothing while it is paused; what waits for one is bounded; at the
// end nothing is open.

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "core/base/check.h"
#include "core/net/server_pool.h"
#include "core/proto/ws/frame_encoder.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/contract_stream.h"
#include "tests/support/fake_net.h"

namespace {

using namespace wsb;
using namespace wsb::net;

constexpr std::size_t kPeers = 4;
constexpr std::size_t kBacklogBytes = std::size_t{1} << 20U;

ListenConfig config_of(unsigned choice) {
  ListenConfig config;
  config.max_message = ByteSize{64 << 10};
  config.deflate = (choice & 1U) != 0;
  config.outbox.max_bytes = ByteSize{4096};
  config.outbox.policy = static_cast<SlowReaderPolicy>((choice >> 1U) % 3);
  return config;
}

class Application final : public ConnectionHandler, public HttpHandler {
 public:
  HandshakeDecision on_handshake(const HandshakeRequest& request) override {
    HandshakeDecision out;
    if (request.path == "/no") {
      out.refusal = HttpResponse{403, {}, std::make_shared<const Bytes>("no")};
    }
    return out;
  }
  void on_open(Connection& connection) override {
    WSB_CHECK(open.emplace(&connection, State{}).second);
    const std::string& target = connection.info().target;
    (void)connection.send(ws::Opcode::text, "welcome", true);
    if (target.size() > 1) act(connection, target[1], target);
  }
  void on_message(Connection& connection, const ws::Message& message) override {
    WSB_CHECK(!open.at(&connection).paused && !open.at(&connection).aborted);
    if (!message.payload.empty()) act(connection, message.payload.front(), message.payload);
  }
  void on_pong(Connection& connection, BytesView payload) override {
    WSB_CHECK(open.contains(&connection) && payload.size() <= limits::kControlPayloadBytes);
  }
  void on_drained(Connection& connection) override { WSB_CHECK(open.contains(&connection)); }
  void on_close(Connection& connection, const CloseInfo& close) override {
    WSB_CHECK(open.erase(&connection) == 1);
    WSB_CHECK(close.phase == Phase::open && close.code != 0);
    WSB_CHECK(connection.send(ws::Opcode::text, "late", true) == SendStatus::closed);
    connection.abort();
    connection.resume_reading();
  }
  void on_request(std::shared_ptr<HttpExchange> exchange) override {
    if (exchange->request().path == "/later") return held.push_back(std::move(exchange));
    exchange->respond({exchange->request().path == "/none" ? 304 : 200, {},
                       std::make_shared<const Bytes>(exchange->request().body + "ok")});
  }

  void act(Connection& connection, char what, BytesView payload) {
    switch (what) {
      case 'a':
        open.at(&connection).aborted = true;
        return connection.abort();
      case 'b': return broadcast(payload);
      case 'c': return connection.close(1000, payload);
      case 'e': (void)connection.send(ws::Opcode::binary, payload, true); return;
      case 'l': (void)connection.send(ws::Opcode::binary, Bytes(200'000, 'l'), false); return;
      case 'p': return pause(connection);
      case 'q': resume(connection); return pause(connection);
      case 'r': pause(connection); return resume(connection);
      default: return;
    }
  }
  void pause(Connection& connection) {
    // One that is closing is read from, whatever was asked.
    open.at(&connection).paused =
        connection.send(ws::Opcode::text, "", false) != SendStatus::closed;
    connection.pause_reading();
  }
  void resume(Connection& connection) {
    open.at(&connection).paused = false;
    connection.resume_reading();
  }
  void broadcast(BytesView payload) {
    builder_.append({}, ws::Opcode::binary, payload);
    builder_.append({}, ws::Opcode::binary, "second");
    const BatchRef batch = builder_.freeze();
    std::vector<Connection*> all;
    for (const auto& [connection, state] : open) all.push_back(connection);
    for (Connection* connection : all) {
      if (open.contains(connection)) {
        (void)connection->send(batch, 0, batch->segment_count());
      }
    }
  }
  void check_bounds() const {
    for (const auto& [connection, state] : open) {
      WSB_CHECK(connection->stats().backlog_bytes < kBacklogBytes);
    }
  }

  struct State {
    bool paused = false;
    bool aborted = false;
  };
  std::map<Connection*, State> open;
  std::vector<std::shared_ptr<HttpExchange>> held;

 private:
  BatchBuilder builder_;
};

class Stage {
 public:
  explicit Stage(unsigned choice)
      : loop_(network_.make_loop().value()),
        pool_(*loop_, ids_, config_of(choice), application_, application_) {}
  ~Stage() {
    pool_.drop_all();
    WSB_CHECK(application_.open.empty());
    WSB_CHECK(pool_.stats().open == 0 && pool_.stats().requests_open == 0);
    for (const auto& exchange : application_.held) exchange->respond({});
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  void run(fuzz::FuzzInput& input) {
    while (!input.empty()) {
      step(input);
      application_.check_bounds();
    }
  }

 private:
  void step(fuzz::FuzzInput& input) {
    const unsigned what = input.take_byte();
    ContractWire* wire = wire_at(what >> 4U);
    switch (what % 16) {
      case 0: return accept();
      case 1: return receive(wire, input.take(input.take_byte()));
      case 2: return receive(wire, upgrade(input.take_byte()));
      case 3: return receive(wire, frame(input));
      case 4: return give_room(wire, input.take_byte());
      case 5: return end(wire, input.take_byte());
      case 6: network_.advance(std::chrono::milliseconds(100) * input.take_byte()); break;
      case 7: return application_.broadcast(Bytes(input.take_byte() * 64U, 'm'));
      case 8: return command(input.take_byte());
      case 9: return answer(input.take_byte());
      case 10: return receive(wire, large_frame(input));
      case 11: return receive(wire, request(input.take_byte()));
      case 12: pool_.wind_down(); break;
      case 13: return receive_in_pieces(wire, input);
      default: break;
    }
    pool_.end_of_turn();
  }

  ContractWire* wire_at(unsigned which) {
    return wires_.empty() ? nullptr : &wires_[wires_.size() - 1 - which % wires_.size()];
  }
  void accept() {
    const auto alive = std::count_if(wires_.begin(), wires_.end(),
                                     [](const ContractWire& wire) { return wire.is_open(); });
    if (alive >= static_cast<std::ptrdiff_t>(kPeers)) return;
    pool_.accept(std::make_unique<ContractStream>(wires_.emplace_back()));
  }
  static void receive(ContractWire* wire, BytesView bytes) {
    if (wire != nullptr && wire->is_open() && !wire->paused && !bytes.empty()) {
      wire->events->on_bytes(bytes);
    }
  }
  static void receive_in_pieces(ContractWire* wire, fuzz::FuzzInput& input) {
    const unsigned seed = input.take_byte();
    const Bytes bytes = upgrade(seed) + frame(input) + frame(input);
    fuzz::in_pieces(bytes, seed, [wire](BytesView piece) { receive(wire, piece); });
  }
  static Bytes upgrade(unsigned choice) {
    constexpr std::string_view kPaths = "abcelpqr";
    Bytes out = "GET /";
    out += (choice & 0x80U) != 0 ? std::string("no") : std::string(1, kPaths[choice % 8]);
    if ((choice & 0x10U) != 0) out.resize(5);
    out += " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    if ((choice & 0x20U) != 0) out += "Sec-WebSocket-Extensions: permessage-deflate\r\n";
    return out + "\r\n";
  }
  static Bytes request(unsigned choice) {
    constexpr std::array<const char*, 4> kPaths{"/", "/later", "/none", "/later?x"};
    Bytes out = (choice & 4U) != 0 ? "HEAD " : (choice & 8U) != 0 ? "POST " : "GET ";
    out += kPaths[choice % kPaths.size()];
    out += " HTTP/1.1\r\nHost: x\r\n";
    if ((choice & 16U) != 0) out += "Connection: close\r\n";
    if ((choice & 32U) != 0) out += "Expect: 100-continue\r\n";
    return out + ((choice & 64U) != 0 ? "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
                                      : "Content-Length: 2\r\n\r\nab");
  }
  // The first byte of the header is the fuzzer's; masked with a key that is not zero.
  static Bytes frame(fuzz::FuzzInput& input) {
    const auto first = static_cast<char>(input.take_byte());
    const BytesView payload = input.take(input.take_byte() % 126);
    return framed(first, payload);
  }
  static Bytes framed(char first, BytesView payload) {
    constexpr std::string_view kKey = "\x01\x02\x03\x04";
    Bytes out(1, first);
    if (payload.size() < 126) {
      out += static_cast<char>(0x80U | payload.size());
    } else {
      out += '\xFE';
      out += static_cast<char>(payload.size() >> 8U);
      out += static_cast<char>(payload.size() & 0xFFU);
    }
    out += kKey;
    for (std::size_t i = 0; i < payload.size(); ++i) {
      out += static_cast<char>(payload[i] ^ kKey[i % kKey.size()]);
    }
    return out;
  }
  static Bytes large_frame(fuzz::FuzzInput& input) {
    constexpr std::string_view kWhat = "abcelpqr";
    const unsigned choice = input.take_byte();
    const bool ping = (choice & 0x80U) != 0;
    if (ping) {
      Bytes out;
      for (int i = 0; i < 2000; ++i) out += framed('\x89', Bytes(125, 'p'));
      return out;
    }
    return framed('\x82', Bytes(1000 * (1 + choice % 60), kWhat[choice % kWhat.size()]));
  }
  static void give_room(ContractWire* wire, unsigned amount) {
    if (wire == nullptr || !wire->is_open()) return;
    wire->room = amount == 255 ? std::size_t{1} << 24U : amount * std::size_t{97};
    if (wire->room > 0 && std::exchange(wire->wants_room, false)) wire->events->on_writable();
  }
  static void end(ContractWire* wire, unsigned how) {
    if (wire == nullptr || !wire->is_open()) return;
    wire->ended = true;
    StreamEnd ended;
    if ((how & 1U) != 0) ended.error = make_error(ErrorCode::connection_lost, "lost");
    wire->events->on_end(ended);
  }
  void command(unsigned choice) {
    if (application_.open.empty()) return;
    auto at = application_.open.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(choice / 16) %
                         static_cast<std::ptrdiff_t>(application_.open.size()));
    Connection& connection = *at->first;
    if (choice % 16 == 8) return connection.ping("a ping");
    application_.act(connection, std::string_view("abcelpqr")[choice % 8], "command");
  }
  void answer(unsigned choice) {
    if (application_.held.empty()) return;
    const auto exchange = std::move(application_.held.back());
    application_.held.pop_back();
    exchange->respond({choice % 2 == 0 ? 200 : 204, {},
                       std::make_shared<const Bytes>(choice * std::size_t{1000}, 'r')});
  }

  FakeRuntime network_;
  ConnectionIds ids_;
  Application application_;
  std::deque<ContractWire> wires_;
  std::unique_ptr<Loop> loop_;
  ServerPool pool_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  Stage stage(input.take_byte());
  stage.run(input);
  return 0;
}

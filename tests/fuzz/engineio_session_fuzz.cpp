// A server's Engine.IO session to which anything happens in any order: polls, POSTs, a WebSocket,
// frames, messages of its own, time.
// Holds: what it sends arrives once and in order, whatever way the client reads; a poll that was
// accepted is answered once; the queue stays within its limit; nothing is said after the end, nor
// over a WebSocket that is not there; time always gets on.

#include <deque>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/proto/engineio/payload.h"
#include "core/proto/engineio/server_session.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;
using namespace wsb::engineio;

constexpr std::size_t kQueueBytes = 200;

class Client final : public ServerSessionSink {
 public:
  void answer_poll(Bytes payload) override {
    WSB_CHECK(!closed && polls == 1);
    --polls;
    const Result<std::vector<Packet>> packets = decode_payload(payload);
    WSB_CHECK(packets.has_value());
    for (const Packet& packet : *packets) read(view_of(packet));
  }
  void send_text(BytesView text) override {
    WSB_CHECK(!closed && websocket);
    const std::optional<PacketView> packet = decode_text(text);
    WSB_CHECK(packet.has_value());
    read(*packet);
  }
  void send_binary(BytesView data) override {
    WSB_CHECK(!closed && websocket);
    read({PacketType::message, true, data});
  }
  void close_websocket(CloseReason) override {
    WSB_CHECK(!closed && websocket);
    websocket = false;
  }
  void upgraded() override { WSB_CHECK(!closed && websocket && polls == 0); }
  void deliver(bool, BytesView) override { WSB_CHECK(!closed); }
  void session_closed(CloseReason) override {
    WSB_CHECK(!closed && !websocket && polls == 0);
    closed = true;
  }

  void read(const PacketView& packet) {
    if (packet.type != PacketType::message) return;
    WSB_CHECK(!expected.empty() && packet.data == expected.front());
    expected.pop_front();
  }

  std::deque<Bytes> expected;
  int polls = 0;
  bool websocket = false;
  bool closed = false;
};

class Stage {
 public:
  explicit Stage(Transport transport) : session_(options(), transport, &client_) {
    client_.websocket = transport == Transport::websocket;
    client_.polls = client_.websocket ? 0 : 1;
    session_.open("sid", now_);
  }

  void act(fuzz::FuzzInput& input) {
    const unsigned action = input.take_byte();
    switch (action % 11) {
      case 0: poll(); break;
      case 1: post(input); break;
      case 2: open_websocket(); break;
      case 3: frame(input); break;
      case 4: send((action >> 4U) * 6, (action & 1U) != 0); break;
      case 5: session_.flush(); break;
      case 6: elapse(std::chrono::milliseconds((action >> 4U) * 100)); break;
      case 7: lose(action); break;
      case 8: end(action); break;
      case 9: known_frame("2probe"); break;
      case 10: known_frame((action & 16U) != 0 ? "5" : "3"); break;
      default: break;
    }
    WSB_CHECK(session_.queued_bytes() <= kQueueBytes + 4);  // with a ping and a close
    WSB_CHECK(client_.closed == session_.is_closed());
    WSB_CHECK(session_.has_open_poll() == (client_.polls == 1));
  }

  // Whoever reads on gets the rest.
  void read_rest() {
    if (client_.closed || session_.transport() == Transport::websocket) return;
    if (client_.polls == 0) poll();
    session_.flush();
    WSB_CHECK(client_.closed || client_.expected.empty());
  }

 private:
  static ServerSessionOptions options() {
    ServerSessionOptions options;
    options.ping_interval = 2s;
    options.ping_timeout = 3s;
    options.upgrade_timeout = 1s;
    options.closing_timeout = 4s;
    options.max_queue_bytes = kQueueBytes;
    return options;
  }

  void poll() {
    const bool overlaps = client_.polls == 1;
    if (!overlaps) ++client_.polls;
    if (!session_.poll_opened() && !overlaps) --client_.polls;
  }

  void post(fuzz::FuzzInput& input) {
    if (!session_.post_opened()) return;
    const BytesView body = input.take(input.take_byte());
    if (!session_.post_received(body, now_)) WSB_CHECK(session_.is_closed());
  }

  void open_websocket() {
    const bool had = client_.websocket;
    client_.websocket = true;
    if (session_.probe_opened(now_)) {
      WSB_CHECK(!had);
    } else {
      client_.websocket = had;
    }
  }

  void frame(fuzz::FuzzInput& input) {
    const unsigned size = input.take_byte();
    session_.frame_received((size & 128U) != 0, input.take(size & 127U), now_);
  }
  void known_frame(BytesView text) { session_.frame_received(false, text, now_); }

  void send(std::size_t padding, bool binary) {
    const Bytes data = std::to_string(sent_++) + Bytes(padding, 'x');
    client_.expected.push_back(data);
    const PacketView packet{PacketType::message, binary, data};
    const SendOutcome outcome = session_.enqueue({&packet, 1});
    if (outcome == SendOutcome::queue_full || outcome == SendOutcome::closed) {
      client_.expected.pop_back();
    }
  }

  void elapse(Duration duration) {
    now_ += duration;
    session_.tick(now_);
    const std::optional<TimePoint> next = session_.next_deadline();
    WSB_CHECK(next.has_value() != session_.is_closed());
    WSB_CHECK(!next || *next > now_);
  }

  void lose(unsigned action) {
    if ((action & 16U) != 0 && client_.websocket) {
      client_.websocket = false;
      session_.websocket_closed();
    } else if ((action & 32U) != 0 && client_.polls == 1) {
      client_.polls = 0;
      session_.poll_aborted();
    }
  }

  void end(unsigned action) {
    if ((action & 128U) == 0) return;  // seldom, or nothing else is ever seen
    if ((action & 64U) != 0) {
      session_.abort(CloseReason::queue_full);
    } else {
      session_.close(CloseReason::forced_close, now_);
    }
  }

  Client client_;
  ServerSession session_;
  TimePoint now_{100s};
  std::size_t sent_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  Stage stage(input.take_byte() % 4 == 0 ? Transport::websocket : Transport::polling);
  while (!input.empty()) stage.act(input);
  stage.read_rest();
  return 0;
}

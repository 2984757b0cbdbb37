#include "core/proto/ws/endpoint.h"

#include <catch2/catch.hpp>

#include "tests/unit/proto/ws/fixed_random.h"
#include "tests/unit/proto/ws/hex.h"
#include "tests/unit/proto/ws/recorder.h"

using namespace wsb;
using namespace wsb::ws;
using test::Events;
using test::frame;
using test::hex;
using test::Recorder;

namespace {

EndpointOptions options_for(Role role, std::optional<DeflateParams> deflate = {}) {
  EndpointOptions options;
  options.role = role;
  options.deflate = deflate;
  return options;
}

// One endpoint with what it heard.
struct Side {
  explicit Side(const EndpointOptions& options) : endpoint(options, &random) {}
  explicit Side(Role role) : Side(options_for(role)) {}

  Side& feed(BytesView bytes) {
    CHECK(endpoint.feed(bytes, recorder) == bytes.size());
    return *this;
  }

  test::FixedRandom random;
  Endpoint endpoint;
  Recorder recorder;
};

// Carries bytes both ways until both are silent.
void exchange(Side& a, Side& b) {
  while (!a.endpoint.output().empty() || !b.endpoint.output().empty()) {
    b.feed(a.endpoint.take_output());
    a.feed(b.endpoint.take_output());
  }
}

}  // namespace

TEST_CASE("RFC 6455 5.7: a server sends 'Hello' bare, a client masked") {
  Side server(Role::server);
  Side client(Role::client);
  CHECK(server.endpoint.send_text("Hello"));
  CHECK(client.endpoint.send_text("Hello"));
  CHECK(server.endpoint.output() == hex("81 05 48656c6c6f"));
  CHECK(client.endpoint.output() == hex("81 85 37fa213d 7f9f4d5158"));
}

TEST_CASE("RFC 6455 5.5.2: each ping is answered in its order, with its payload") {
  Side client(Role::client);
  Bytes pings;
  Bytes pongs;
  test::FixedRandom random;
  FrameEncoder encoder = FrameEncoder::for_client(random);
  Events events;
  for (int i = 0; i < 10; ++i) {
    const Bytes payload = "payload-" + std::to_string(i);
    pings += frame(0x89, payload);
    encoder.append_pong(pongs, payload);
    events.push_back("ping: '" + payload + "'");
  }
  client.feed(pings);
  CHECK(client.endpoint.output() == pongs);
  CHECK(client.recorder.events == events);
}

TEST_CASE("pings can be left to the owner") {
  EndpointOptions options = options_for(Role::server);
  options.answer_pings = false;
  Side server(options);
  server.feed(frame(Role::client, 0x89, "x"));
  CHECK(server.endpoint.output().empty());
  CHECK(server.endpoint.send_pong("x"));
  CHECK(server.endpoint.output() == hex("8a 01 78"));
}

TEST_CASE("RFC 6455 5.5: a ping of ours is cut to what a control frame holds") {
  Side server(Role::server);
  CHECK(server.endpoint.send_ping(Bytes(200, 'p')));
  CHECK(server.endpoint.output() == frame(0x89, Bytes(125, 'p')));
}

TEST_CASE("RFC 6455 7.1: we close, the peer answers, both know code, starter and cleanness") {
  Side client(Role::client);
  Side server(Role::server);
  CHECK(client.endpoint.close(CloseCode::going_away, "bye"));
  CHECK(client.endpoint.state() == State::closing);
  exchange(client, server);
  CHECK(server.recorder.events == Events{"close: 1001 'bye'"});
  CHECK(client.recorder.events == Events{"close: 1001 ''"});
  CHECK(client.endpoint.closing().closed_by() == ClosedBy::us);
  CHECK(server.endpoint.closing().closed_by() == ClosedBy::peer);
  CHECK(server.endpoint.transport_close_due());
  CHECK_FALSE(client.endpoint.transport_close_due());
  server.endpoint.end_of_stream();
  client.endpoint.end_of_stream();
  CHECK(client.endpoint.state() == State::closed);
  CHECK(client.endpoint.closing().clean());
  CHECK(server.endpoint.close_info() == CloseInfo{CloseCode::going_away, "bye"});
}

TEST_CASE("RFC 6455 5.5.1: a Close frame without a code is answered without one") {
  Side server(Role::server);
  server.feed(frame(Role::client, 0x88, ""));
  CHECK(server.endpoint.output() == hex("88 00"));
  CHECK(server.endpoint.close_info().code == CloseCode::no_status);
}

TEST_CASE("RFC 6455 7.1.3: two Close frames that cross need no answer") {
  Side client(Role::client);
  Side server(Role::server);
  client.endpoint.close();
  server.endpoint.close(CloseCode::going_away);
  const Bytes from_client = client.endpoint.take_output();
  const Bytes from_server = server.endpoint.take_output();
  client.feed(from_server);
  server.feed(from_client);
  CHECK(client.endpoint.output().empty());
  CHECK(server.endpoint.output().empty());
  CHECK(client.endpoint.closing().clean());
  CHECK(server.endpoint.transport_close_due());
}

TEST_CASE("RFC 6455 5.5.1: after our Close frame nothing is sent, but messages still arrive") {
  Side client(Role::client);
  client.endpoint.close();
  (void)client.endpoint.take_output();
  CHECK_FALSE(client.endpoint.send_text("late"));
  CHECK_FALSE(client.endpoint.send_binary("late"));
  CHECK_FALSE(client.endpoint.send_ping(""));
  CHECK_FALSE(client.endpoint.send_pong(""));
  CHECK_FALSE(client.endpoint.close());
  client.feed(frame(0x81, "still") + frame(0x89, ""));
  CHECK(client.recorder.events == Events{"text: 'still'", "ping: ''"});
  CHECK(client.endpoint.output().empty());
}

TEST_CASE("RFC 6455 7.1.7: a fault is answered with a Close frame of its code, and TCP is to end") {
  Side server(Role::server);
  server.feed(frame(Role::client, 0x81, "good") + frame(Role::client, 0x83, ""));
  CHECK(server.recorder.events == Events{"text: 'good'", "error: 1002 reserved opcode"});
  CHECK(server.endpoint.output() == hex("88 11 03ea") + "reserved opcode");
  CHECK(server.endpoint.transport_close_due());
  CHECK(server.endpoint.error() == ProtocolError{CloseCode::protocol_error, "reserved opcode"});
  server.endpoint.end_of_stream();
  CHECK(server.endpoint.close_info().code == CloseCode::abnormal);
  CHECK_FALSE(server.endpoint.closing().clean());
}

TEST_CASE("RFC 6455 7.1.7: a bad Close frame is answered once, with the fault's code") {
  Side server(Role::server);
  server.feed(frame(Role::client, 0x88, hex("03ed")));
  CHECK(server.endpoint.output().substr(0, 4) == hex("88 24 03ea"));
  CHECK(server.endpoint.transport_close_due());
}

TEST_CASE("RFC 6455 7.1.5: the end of TCP without a Close frame is 1006") {
  Side client(Role::client);
  client.endpoint.end_of_stream();
  CHECK(client.endpoint.state() == State::closed);
  CHECK(client.endpoint.close_info().code == CloseCode::abnormal);
  CHECK_FALSE(client.endpoint.send_text("late"));
  CHECK(client.endpoint.feed(frame(0x81, "late"), client.recorder) == 6);
  CHECK(client.recorder.events.empty());
}

TEST_CASE("RFC 7692 7.2.1: messages are compressed from a size on, or as each send says") {
  EndpointOptions options = options_for(Role::server, DeflateParams{});
  options.compress_min_bytes = 5;
  Side server(options);
  CHECK(server.endpoint.send_text("Hell"));
  CHECK(server.endpoint.take_output() == frame(0x81, "Hell"));
  CHECK(server.endpoint.send_text("Hello"));
  CHECK(server.endpoint.take_output() == hex("c1 07 f248cdc9c90700"));
  CHECK(server.endpoint.send_text("Hello", {0, false}));
  CHECK(server.endpoint.take_output() == frame(0x81, "Hello"));
  CHECK(server.endpoint.send_text("", {0, true}));
  CHECK(server.endpoint.take_output() == hex("c1 01 00"));
  CHECK(server.endpoint.send_text("Hello", {4, true}));
  CHECK(server.endpoint.take_output() == hex("41 04 f2001100 80 01 00"));
}

TEST_CASE("without an agreement, or with a window that zlib cannot make, nothing is compressed") {
  Side plain(Role::server);
  CHECK(plain.endpoint.send_text("Hello", {0, true}));
  CHECK(plain.endpoint.output() == frame(0x81, "Hello"));
  DeflateParams params;
  params.client_max_window_bits = 8;
  Side client(options_for(Role::client, params));
  CHECK(client.endpoint.send_text("Hello", {0, true}));
  CHECK(client.endpoint.output() == hex("81 85 37fa213d 7f9f4d5158"));
  Side server(options_for(Role::server, params));
  CHECK(server.endpoint.send_text("Hello", {0, true}));
  CHECK(server.endpoint.output() == hex("c1 07 f248cdc9c90700"));
}

TEST_CASE("RFC 7692 7.1: a conversation survives every agreement") {
  for (int server_bits = 9; server_bits <= 15; server_bits += 2) {
    for (int client_bits = 8; client_bits <= 15; ++client_bits) {
      for (unsigned takeover = 0; takeover < 4; ++takeover) {
        const DeflateParams params{(takeover & 1U) != 0, (takeover & 2U) != 0, server_bits,
                                   client_bits};
        Side client(options_for(Role::client, params));
        Side server(options_for(Role::server, params));
        Events expected;
        for (int i = 0; i < 12; ++i) {
          Bytes text;
          for (int k = 0; k < i * 150; ++k) text += "word " + std::to_string(k % (7 + i));
          const SendOptions send{i % 3 == 0 ? 0 : 50U * static_cast<unsigned>(i), true};
          client.endpoint.send_text(text, send);
          server.endpoint.send_text(text, send);
          expected.push_back(test::show(text));
        }
        exchange(client, server);
        REQUIRE(client.recorder.events.size() == expected.size());
        REQUIRE(server.recorder.events.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
          const auto ends_with = [&](const std::string& event) {
            return event.ends_with(": " + expected[i]);
          };
          REQUIRE(ends_with(client.recorder.events[i]));
          REQUIRE(ends_with(server.recorder.events[i]));
        }
      }
    }
  }
}

TEST_CASE("output can be consumed in parts, and more appended meanwhile") {
  Side server(Role::server);
  server.endpoint.send_text("one");
  server.endpoint.consume_output(2);
  CHECK(server.endpoint.output() == "one");
  server.endpoint.send_text("two");
  server.endpoint.consume_output(1);
  CHECK(server.endpoint.output() == "ne" + frame(0x81, "two"));
  CHECK(server.endpoint.take_output() == "ne" + frame(0x81, "two"));
  CHECK(server.endpoint.output().empty());
  server.endpoint.output_buffer() += frame(0x81, "raw");
  server.endpoint.consume_output(5);
  CHECK(server.endpoint.output().empty());
}

TEST_CASE("reading stops when the sink wants it") {
  class Stopping final : public MessageSink {
   public:
    explicit Stopping(Endpoint& endpoint) : endpoint_(endpoint) {}
    void on_message(const Message&) override {
      ++messages;
      endpoint_.stop_reading();
    }
    void on_ping(BytesView) override {}
    void on_pong(BytesView) override {}
    void on_close(const CloseInfo&) override {}
    void on_error(const ProtocolError&) override {}
    int messages = 0;

   private:
    Endpoint& endpoint_;
  };
  Side client(Role::client);
  Stopping sink(client.endpoint);
  const Bytes bytes = frame(0x81, "one") + frame(0x81, "two");
  CHECK(client.endpoint.feed(bytes, sink) == 5);
  CHECK(sink.messages == 1);
  CHECK(client.endpoint.feed(BytesView(bytes).substr(5), sink) == 5);
  CHECK(sink.messages == 2);
}

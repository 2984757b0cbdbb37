#include "core/proto/ws/message_decoder.h"

#include <catch2/catch.hpp>

#include "core/base/utf8.h"
#include "tests/unit/proto/ws/hex.h"
#include "tests/unit/proto/ws/recorder.h"

using namespace wsb;
using namespace wsb::ws;
using test::Events;
using test::frame;
using test::hex;
using test::Recorder;

namespace {

MessageDecoderOptions options_for(Role role, std::uint64_t max_message = 1 << 24) {
  MessageDecoderOptions options;
  options.role = role;
  options.max_message = max_message;
  return options;
}

Events decode(const MessageDecoderOptions& options, BytesView bytes) {
  MessageDecoder decoder(options);
  Recorder recorder;
  CHECK(decoder.feed(bytes, recorder) == bytes.size());
  return recorder.events;
}

// As a client decodes what a server sent.
Events decode(BytesView bytes) { return decode(options_for(Role::client), bytes); }

struct Case {
  const char* name;
  const char* bytes;
  Events events;
};

void check_all(const std::vector<Case>& cases, Role role = Role::client) {
  for (const Case& c : cases) {
    DYNAMIC_SECTION(c.name) { CHECK(decode(options_for(role), hex(c.bytes)) == c.events); }
  }
}

class FrameLog final : public FrameObserver {
 public:
  void on_frame(const FrameHeader& header, bool compressed) override {
    lines.push_back(std::string(opcode_name(header.opcode)) + " " + std::to_string(header.length) +
                    (header.fin ? " fin" : "") + (compressed ? " compressed" : ""));
  }
  std::vector<std::string> lines;
};

// Takes one event a feed.
class Stopper final : public MessageSink {
 public:
  explicit Stopper(MessageDecoder& decoder) : decoder_(decoder) {}
  void on_message(const Message& message) override { note(test::show(message.payload)); }
  void on_ping(BytesView) override { note("ping"); }
  void on_pong(BytesView) override { note("pong"); }
  void on_close(const CloseInfo&) override { note("close"); }
  void on_error(const ProtocolError&) override { note("error"); }
  Events events;

 private:
  void note(std::string event) {
    events.push_back(std::move(event));
    decoder_.stop();
  }
  MessageDecoder& decoder_;
};

}  // namespace

TEST_CASE("RFC 6455 5.7: the examples, as they are received") {
  check_all({
      {"a single-frame unmasked text message", "81 05 48656c6c6f", {"text: 'Hello'"}},
      {"a fragmented unmasked text message",
       "01 03 48656c 80 02 6c6f",
       {"text, 2 frames: 'Hello'"}},
      {"an unmasked ping", "89 05 48656c6c6f", {"ping: 'Hello'"}},
      {"an unmasked pong", "8a 05 48656c6c6f", {"pong: 'Hello'"}},
  });
  check_all(
      {
          {"a masked text message", "81 85 37fa213d 7f9f4d5158", {"text: 'Hello'"}},
          {"a masked pong", "8a 85 37fa213d 7f9f4d5158", {"pong: 'Hello'"}},
      },
      Role::server);
  CHECK(decode(hex("82 7e 0100") + Bytes(256, 'x')) ==
        Events{"binary: " + test::show(Bytes(256, 'x'))});
  CHECK(decode(hex("82 7f 0000000000010000") + Bytes(65536, 'x')) ==
        Events{"binary: " + test::show(Bytes(65536, 'x'))});
}

TEST_CASE("RFC 6455 5.2: messages of every length form, text and binary, both roles") {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 128U, 65535U, 65536U, 200000U}) {
    const Bytes payload(size, '*');
    for (const Role sender : {Role::client, Role::server}) {
      const Role role = sender == Role::client ? Role::server : Role::client;
      CHECK(decode(options_for(role), frame(sender, 0x81, payload)) ==
            Events{"text: " + test::show(payload)});
      CHECK(decode(options_for(role), frame(sender, 0x82, payload)) ==
            Events{"binary: " + test::show(payload)});
    }
  }
}

TEST_CASE("RFC 6455 5.4: fragmentation") {
  check_all({
      {"two fragments", "01 01 61 80 01 62", {"text, 2 frames: 'ab'"}},
      {"empty fragments", "01 00 00 00 80 00", {"text, 3 frames: ''"}},
      {"empty fragments around one with bytes",
       "02 00 00 02 ff00 80 00",
       {"binary, 3 frames: hex ff00"}},
      {"a ping between fragments",
       "01 01 61 89 01 70 80 01 62",
       {"ping: 'p'", "text, 2 frames: 'ab'"}},
      {"a pong between fragments", "01 01 61 8a 00 80 01 62", {"pong: ''", "text, 2 frames: 'ab'"}},
      {"a close between fragments", "01 01 61 88 02 03e8 80 01 62", {"close: 1000 ''"}},
      {"two fragmented messages",
       "01 01 61 80 01 62 02 01 63 80 01 64",
       {"text, 2 frames: 'ab'", "binary, 2 frames: 'cd'"}},
      {"a continuation with nothing to continue",
       "80 01 61",
       {"error: 1002 continuation frame without a message to continue"}},
      {"a text frame inside a message",
       "01 01 61 81 01 62",
       {"error: 1002 new message before the last frame of the one before"}},
      {"a continuation after the last frame",
       "81 01 61 80 01 62",
       {"text: 'a'", "error: 1002 continuation frame without a message to continue"}},
  });
}

TEST_CASE("RFC 6455 5.5: control frames") {
  check_all({
      {"an empty ping", "89 00", {"ping: ''"}},
      {"a binary ping", "89 04 00fffe41", {"ping: hex 00fffe41"}},
      {"an unsolicited pong", "8a 00", {"pong: ''"}},
      {"two pings at once", "89 01 31 89 01 32", {"ping: '1'", "ping: '2'"}},
      {"a fragmented ping", "09 01 61 80 01 62", {"error: 1002 fragmented control frame"}},
      {"a fragmented pong", "0a 00", {"error: 1002 fragmented control frame"}},
      {"a fragmented close", "08 00", {"error: 1002 fragmented control frame"}},
      {"a ping with a 16-bit length",
       "89 7e 007e",
       {"error: 1002 control frame longer than 125 bytes"}},
  });
  CHECK(decode(frame(0x89, Bytes(125, 'p'))) == Events{"ping: " + test::show(Bytes(125, 'p'))});
  CHECK(decode(options_for(Role::server), frame(Role::client, 0x89, Bytes(125, 'p'))) ==
        Events{"ping: " + test::show(Bytes(125, 'p'))});
}

TEST_CASE("RFC 6455 5.5.1 and 7: close frames") {
  check_all({
      {"an empty body", "88 00", {"close: 1005 ''"}},
      {"a code", "88 02 03e8", {"close: 1000 ''"}},
      {"a code and a reason", "88 05 03e9 627965", {"close: 1001 'bye'"}},
      {"a body of one byte", "88 01 03", {"error: 1002 close frame with a body of one byte"}},
      {"a code that is never sent",
       "88 02 03ed",
       {"error: 1002 close frame with invalid code 1005"}},
      {"a reason that is not UTF-8", "88 04 03e8 c328", {"error: 1007 close reason is not UTF-8"}},
      {"nothing is decoded after it", "88 00 89 00 81 01 61", {"close: 1005 ''"}},
      {"not even a fault", "88 00 ff ff", {"close: 1005 ''"}},
  });
  const Bytes longest = hex("03e8") + Bytes(123, 'r');
  CHECK(decode(frame(0x88, longest)) == Events{"close: 1000 " + test::show(Bytes(123, 'r'))});
}

TEST_CASE("RFC 6455 7.4: each code that may be sent is received, each other fails with 1002") {
  for (unsigned number = 0; number < 5100; ++number) {
    const Bytes payload = {static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
    const Events events = decode(frame(0x88, payload));
    const std::string text = std::to_string(number);
    const Events expected = {may_be_on_the_wire(static_cast<CloseCode>(number))
                                 ? "close: " + text + " ''"
                                 : "error: 1002 close frame with invalid code " + text};
    if (events != expected) FAIL(text);
  }
  SUCCEED();
}

TEST_CASE("after an error nothing is decoded") {
  CHECK(decode(hex("83 00 81 01 61")) == Events{"error: 1002 reserved opcode"});
  MessageDecoder decoder(options_for(Role::client));
  Recorder recorder;
  decoder.feed(hex("83 00"), recorder);
  CHECK(decoder.ended());
  CHECK(decoder.feed(hex("81 01 61"), recorder) == 3);
  CHECK(recorder.events == Events{"error: 1002 reserved opcode"});
}

TEST_CASE("RFC 6455 10.4: the limit on a message holds for one frame and for many") {
  const auto limited = options_for(Role::client, 5);
  CHECK(decode(limited, frame(0x82, "12345")) == Events{"binary: '12345'"});
  CHECK(decode(limited, hex("82 06")) == Events{"error: 1009 message larger than 5B"});
  CHECK(decode(limited, frame(0x02, "123") + hex("80 03")) ==
        Events{"error: 1009 message larger than 5B"});
}

TEST_CASE("a whole frame is delivered in place, and a masked or split one is assembled") {
  MessageDecoder client(options_for(Role::client));
  Recorder recorder;
  const Bytes bytes = frame(0x82, "payload");
  client.feed(bytes, recorder);
  CHECK(recorder.last_payload == bytes.data() + 2);
  client.feed(BytesView(bytes).substr(0, 4), recorder);
  client.feed(BytesView(bytes).substr(4), recorder);
  CHECK(recorder.events == Events{"binary: 'payload'", "binary: 'payload'"});
  CHECK(recorder.last_payload != bytes.data() + 2);
}

TEST_CASE("a message knows its frames and its size on the wire") {
  MessageDecoder decoder(options_for(Role::client));
  Recorder recorder;
  decoder.feed(frame(0x02, "abc") + frame(0x89, "ignored") + frame(0x80, Bytes(200, 'x')),
               recorder);
  decoder.feed(frame(0x81, "next"), recorder);
  CHECK(recorder.wire_bytes == std::vector<std::uint64_t>{5 + 204, 6});
}

TEST_CASE("the observer sees each good frame before its payload") {
  MessageDecoder decoder(options_for(Role::client));
  FrameLog log;
  Recorder recorder;
  decoder.set_observer(&log);
  decoder.feed(frame(0x01, "abc") + frame(0x89, "") + hex("80 04"), recorder);
  CHECK(log.lines == std::vector<std::string>{"text 3", "ping 0 fin", "continuation 4 fin"});
  CHECK(decoder.in_message());
  decoder.feed("defg" + hex("83 00"), recorder);
  CHECK(log.lines.size() == 3);
  CHECK_FALSE(decoder.in_message());
}

TEST_CASE("a sink can stop after each event, and the rest is fed again") {
  MessageDecoder decoder(options_for(Role::client));
  Stopper stopper(decoder);
  const Bytes bytes = frame(0x81, "a") + frame(0x89, "") + frame(0x81, "") + frame(0x01, "b") +
                      frame(0x8A, "") + frame(0x80, "c") + frame(0x88, "");
  std::vector<std::size_t> taken;
  for (std::size_t at = 0; at < bytes.size(); at += taken.back()) {
    taken.push_back(decoder.feed(BytesView(bytes).substr(at), stopper));
    REQUIRE(taken.size() < 10);
  }
  CHECK(stopper.events == Events{"'a'", "ping", "''", "pong", "'bc'", "close"});
  CHECK(taken == std::vector<std::size_t>{3, 2, 2, 5, 3, 2});
}

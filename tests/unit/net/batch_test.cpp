#include "core/net/batch.h"

#include <catch2/catch.hpp>

#include <string>
#include <thread>
#include <vector>

#include "core/base/limits.h"
#include "core/proto/ws/message_decoder.h"

namespace wsb::net {
namespace {

constexpr ConnectionId kAnn{1, 1};
constexpr ConnectionId kBob{2, 1};

class Collect final : public ws::MessageSink {
 public:
  void on_message(const ws::Message& message) override {
    texts.emplace_back(message.payload);
    compressed.push_back(message.compressed);
  }
  void on_ping(BytesView) override { FAIL_CHECK("ping"); }
  void on_pong(BytesView) override { FAIL_CHECK("pong"); }
  void on_close(const ws::CloseInfo&) override { FAIL_CHECK("close"); }
  void on_error(const ws::ProtocolError& error) override { FAIL_CHECK(error.text); }
  std::vector<std::string> texts;
  std::vector<bool> compressed;
};

Collect decode(BytesView wire, int window_bits) {
  ws::MessageDecoderOptions options;
  options.deflate = ws::DeflateParams{};
  options.deflate->server_max_window_bits = window_bits;
  ws::MessageDecoder decoder(options);
  Collect all;
  decoder.feed(wire, all);
  return all;
}

}  // namespace

TEST_CASE("messages of one sender in a row form one segment, framed as by a server") {
  BatchBuilder builder;
  CHECK(builder.empty());
  builder.append(kAnn, ws::Opcode::text, "a");
  builder.append(kAnn, ws::Opcode::binary, "bc");
  builder.append(kBob, ws::Opcode::text, "d");
  builder.append(kAnn, ws::Opcode::text, "");
  const BatchRef batch = builder.freeze();
  CHECK(batch->plain().bytes == std::string("\x81\x01"
                                            "a\x82\x02"
                                            "bc\x81\x01"
                                            "d\x81\x00",
                                            12));
  REQUIRE(batch->segment_count() == 3);
  CHECK(batch->message_count() == 4);
  const auto& segments = batch->plain().segments;
  CHECK(segments[0].sender == kAnn);
  CHECK(segments[0].messages == 2);
  CHECK(segments[0].end == 7);
  CHECK(segments[1].sender == kBob);
  CHECK(segments[1].end == 10);
  CHECK(batch->plain().begin_of(0) == 0);
  CHECK(batch->plain().begin_of(2) == 10);
}

TEST_CASE("freezing starts anew") {
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, "one");
  const BatchRef first = builder.freeze();
  CHECK(builder.empty());
  CHECK(builder.bytes() == 0);
  builder.append(kAnn, ws::Opcode::text, "two");
  const BatchRef second = builder.freeze();
  CHECK(first->plain().bytes == "\x81\x03one");
  CHECK(second->plain().bytes == "\x81\x03two");
}

TEST_CASE("the buffer of a batch that ended is used again") {
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, std::string(1000, 'x'));
  BatchRef first = builder.freeze();
  const char* buffer = first->plain().bytes.data();
  first.reset();
  builder.append(kAnn, ws::Opcode::text, "small");
  (void)builder.freeze();  // the builder's next batch takes the buffer
  builder.append(kAnn, ws::Opcode::text, std::string(900, 'y'));
  CHECK(builder.freeze()->plain().bytes.data() == buffer);
}

TEST_CASE("the messages of a batch are had one by one, also what went in fragments") {
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, "a");
  builder.append(kBob, ws::Opcode::binary, "");
  builder.append(kBob, ws::Opcode::text, "ccc");
  const BatchRef batch = builder.freeze();
  Bytes scratch;
  CHECK(batch->message(0, scratch).payload == "a");
  CHECK(batch->message(1, scratch).opcode == ws::Opcode::binary);
  CHECK(batch->message(1, scratch).payload.empty());
  CHECK(batch->message(2, scratch).payload == "ccc");
  const Bytes large(300'000, 'x');
  builder.append(kAnn, ws::Opcode::binary, large);
  CHECK(builder.freeze()->message(0, scratch).payload == large);
}

TEST_CASE("a batch is full at the size of one write, but holds any single message") {
  BatchBuilder builder;
  CHECK_FALSE(builder.full_for(10 * limits::kWriteBytes));
  builder.append(kAnn, ws::Opcode::text, std::string(limits::kWriteBytes / 2, 'x'));
  CHECK_FALSE(builder.full_for(100));
  CHECK(builder.full_for(limits::kWriteBytes / 2));
}

TEST_CASE("the compressed twin inflates to the same messages with any window") {
  BatchBuilder builder;
  const std::string large(5000, 'r');
  builder.append(kAnn, ws::Opcode::text, large);
  builder.append(kBob, ws::Opcode::text, "tiny");
  builder.append(kBob, ws::Opcode::text, large);
  const BatchRef batch = builder.freeze();
  for (int bits = 9; bits <= 15; ++bits) {
    const Batch::Wire& wire = batch->deflated(bits);
    CHECK(wire.bytes.size() < 200);
    const Collect all = decode(wire.bytes, bits);
    CHECK(all.texts == std::vector<std::string>{large, "tiny", large});
    CHECK(all.compressed == std::vector<bool>{true, false, true});
    REQUIRE(wire.segments.size() == 2);
    // Each message has a fresh context: the second segment stands alone.
    const Collect tail = decode(BytesView(wire.bytes).substr(wire.begin_of(1)), bits);
    CHECK(tail.texts == std::vector<std::string>{"tiny", large});
  }
}

TEST_CASE("a message larger than one write is fragments that are a write each") {
  const std::size_t sizes[] = {limits::kWriteBytes - 10, limits::kWriteBytes - 9,
                               2 * limits::kWriteBytes - 20, 3 * limits::kWriteBytes};
  const std::size_t writes[] = {1, 2, 2, 4};
  for (std::size_t row = 0; row < 4; ++row) {
    Bytes payload;  // hardly compressible
    std::uint32_t seed = 1;
    while (payload.size() < sizes[row]) {
      payload += static_cast<char>((seed = seed * 1664525 + 1013904223) >> 25U);
    }
    BatchBuilder builder;
    builder.append(kAnn, ws::Opcode::binary, payload);
    CHECK(builder.full_for(0));
    const BatchRef batch = builder.freeze();
    const Batch::Wire* encodings[] = {&batch->plain(), &batch->deflated(15)};
    for (const Batch::Wire* wire : encodings) {
      std::size_t sent = 0;
      std::size_t count = 0;
      while (sent < wire->bytes.size()) {
        const BytesView part = wire->next_write(0, 1, sent);
        REQUIRE(part.size() <= limits::kWriteBytes);
        ws::FrameHeader header;
        const ws::HeaderParse parse = ws::parse_frame_header(part, header);
        REQUIRE(parse.status == ws::HeaderParse::Status::complete);
        REQUIRE(parse.size + header.length == part.size());
        CHECK(header.opcode == (sent == 0 ? ws::Opcode::binary : ws::Opcode::continuation));
        sent += part.size();
        CHECK(header.fin == (sent == wire->bytes.size()));
        CHECK(header.rsv1 == (wire != encodings[0] && count == 0));
        ++count;
      }
      if (wire == encodings[0]) CHECK(count == writes[row]);
      const Collect all = decode(wire->bytes, 15);
      REQUIRE(all.texts.size() == 1);
      CHECK((all.texts[0] == payload));
    }
  }
}

TEST_CASE("a single compressed frame is made whatever the size of its message") {
  BatchBuilder builder;
  Bytes out;
  builder.frame_deflated(ws::Opcode::text, "aaaaaaaaaaaaaaaaaaaaaaaa", 12, out);
  builder.frame_deflated(ws::Opcode::text, "ab", 12, out);
  builder.frame_deflated(ws::Opcode::text, "aaaaaaaaaaaaaaaaaaaaaaaa", 12, out);
  CHECK(builder.empty());
  const Collect all = decode(out, 12);
  CHECK(all.texts == std::vector<std::string>{std::string(24, 'a'), "ab", std::string(24, 'a')});
  CHECK(all.compressed == std::vector<bool>{true, false, true});
}

TEST_CASE("broadcast messages below the least size are not compressed") {
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, std::string(limits::kMinDeflateBytes - 1, 'a'));
  builder.append(kAnn, ws::Opcode::text, std::string(limits::kMinDeflateBytes, 'a'));
  const BatchRef batch = builder.freeze();
  CHECK(decode(batch->deflated(15).bytes, 15).compressed == std::vector<bool>{false, true});
}

TEST_CASE("the same messages as events, segment by segment") {
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, "a\nb");
  builder.append(kAnn, ws::Opcode::binary, std::string("\0\1", 2));
  builder.append(kBob, ws::Opcode::text, "");
  const BatchRef batch = builder.freeze();
  const Batch::Wire& bare = batch->events(false);
  const std::string of_ann = "data: a\ndata: b\n\nevent: binary\ndata: AAE=\n\n";
  CHECK(bare.bytes == of_ann + "data: \n\n");
  REQUIRE(bare.segments.size() == 2);
  CHECK(bare.segments[0].end == of_ann.size());
  CHECK(bare.segments[0].messages == 2);
  CHECK(bare.segments[1].end == bare.bytes.size());
  CHECK(batch->events(true).bytes ==
        "11\r\ndata: a\ndata: b\n\n\r\n1a\r\nevent: binary\ndata: AAE=\n\n\r\n"
        "8\r\ndata: \n\n\r\n");
  CHECK(&batch->events(false) == &bare);
}

TEST_CASE("an event has its message's id, and there is none of a note") {
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, "a", 7);
  builder.append_note(kAnn, "binary next");
  builder.append(kAnn, ws::Opcode::binary, "b", 8);
  builder.append_note(kBob, "only a note");
  const BatchRef batch = builder.freeze();
  const Batch::Wire& events = batch->events(false);
  CHECK(events.bytes == "id: 7\ndata: a\n\nid: 8\nevent: binary\ndata: Yg==\n\n");
  CHECK(events.segments[0].messages == 2);
  CHECK(events.segments[1].messages == 0);
  CHECK(events.segments[1].end == events.bytes.size());
  CHECK(decode(batch->plain().bytes, 15).texts ==
        std::vector<std::string>{"a", "binary next", "b", "only a note"});
}

TEST_CASE("a large message in fragments is one event") {
  const std::string large(3 * limits::kWriteBytes, 'x');
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, large);
  CHECK(builder.freeze()->events(false).bytes == "data: " + large + "\n\n");
}

TEST_CASE("many threads asking for the twin at once get the same one") {
  BatchBuilder builder;
  for (int i = 0; i < 50; ++i) builder.append(kAnn, ws::Opcode::text, std::string(500, 'q'));
  const BatchRef batch = builder.freeze();
  std::vector<const Batch::Wire*> seen(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < seen.size(); ++t) {
    threads.emplace_back([&seen, t, copy = batch] { seen[t] = &copy->deflated(15); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Batch::Wire* wire : seen) CHECK(wire == seen[0]);
}


TEST_CASE("a message and what belongs to it stay together, cut only between frames") {
  BatchBuilder builder;
  const Bytes large(2 * limits::kWriteBytes + 5, 'x');
  const Bytes small(limits::kWriteBytes - 100, 'y');
  const std::vector<BatchBuilder::Part> parts{{ws::Opcode::text, "head"},
                                              {ws::Opcode::binary, large},
                                              {ws::Opcode::binary, small}};
  builder.append_group(kAnn, parts);
  const BatchRef batch = builder.freeze();
  const Batch::Wire& wire = batch->plain();
  REQUIRE(batch->segment_count() == 1);
  CHECK(batch->message_count() == 3);
  CHECK(&batch->deflated(15) == &wire);
  std::size_t sent = 0;
  Bytes seen;
  while (sent < wire.bytes.size()) {
    const BytesView part = wire.next_write(0, 1, sent);
    REQUIRE_FALSE(part.empty());
    REQUIRE(part.size() <= limits::kWriteBytes);
    sent += part.size();
    CHECK(std::find(wire.ends.begin(), wire.ends.end(), sent) != wire.ends.end());
    seen += part;
  }
  CHECK((seen == wire.bytes));
  Bytes scratch;
  CHECK(batch->message(0, scratch).payload == "head");
  CHECK((batch->message(1, scratch).payload == large));
  CHECK((batch->message(2, scratch).payload == small));
}

TEST_CASE("a small group shares its batch with others") {
  BatchBuilder builder;
  builder.append(kAnn, ws::Opcode::text, "before");
  const std::vector<BatchBuilder::Part> parts{{ws::Opcode::text, "head"},
                                              {ws::Opcode::binary, "tail"}};
  builder.append_group(kAnn, parts);
  const BatchRef batch = builder.freeze();
  CHECK(batch->segment_count() == 1);
  CHECK(batch->message_count() == 3);
  CHECK(batch->plain().ends.empty());
}

}  // namespace wsb::net

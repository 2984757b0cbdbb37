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

}  // namespace wsb::net

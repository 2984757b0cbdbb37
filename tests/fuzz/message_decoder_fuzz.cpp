// Frames and messages of a peer, with and without permessage-deflate, for both roles.
// Holds: no split of the input changes the events; nothing comes after an error or a Close;
// messages keep to the limit and text is UTF-8.

#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/proto/ws/message_decoder.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/proto/ws/recorder.h"

namespace {

using namespace wsb;
using namespace wsb::ws;

constexpr std::uint64_t kMaxMessage = 5000;

class Judge final : public MessageSink {
 public:
  void on_message(const Message& message) override {
    WSB_CHECK(!ended_);
    WSB_CHECK(message.payload.size() <= kMaxMessage);
    WSB_CHECK(message.opcode == Opcode::text || message.opcode == Opcode::binary);
    WSB_CHECK(message.opcode != Opcode::text || is_valid_utf8(message.payload));
    WSB_CHECK(message.compressed || message.wire_bytes >= message.payload.size() + 2);
    recorder.on_message(message);
  }
  void on_ping(BytesView payload) override {
    WSB_CHECK(!ended_ && payload.size() <= limits::kControlPayloadBytes);
    recorder.on_ping(payload);
  }
  void on_pong(BytesView payload) override {
    WSB_CHECK(!ended_ && payload.size() <= limits::kControlPayloadBytes);
    recorder.on_pong(payload);
  }
  void on_close(const CloseInfo& info) override {
    WSB_CHECK(!ended_ && is_valid_utf8(info.reason));
    ended_ = true;
    recorder.on_close(info);
  }
  void on_error(const ProtocolError& error) override {
    WSB_CHECK(!ended_ && error.text.size() <= limits::kCloseReasonBytes);
    ended_ = true;
    recorder.on_error(error);
  }

  test::Recorder recorder;

 private:
  bool ended_ = false;
};

template <class Split>
test::Events decode(const MessageDecoderOptions& options, Split split) {
  MessageDecoder decoder(options);
  Judge judge;
  split([&](BytesView piece) { WSB_CHECK(decoder.feed(piece, judge) == piece.size()); });
  return judge.recorder.events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const unsigned choices = input.take_byte();
  const unsigned seed = input.take_byte();
  MessageDecoderOptions options;
  options.role = (choices & 1U) != 0 ? Role::server : Role::client;
  options.max_message = kMaxMessage;
  if ((choices & 2U) != 0) {
    const int bits = 8 + static_cast<int>(choices >> 4U & 7U);
    const bool no_takeover = (choices & 4U) != 0;
    options.deflate = DeflateParams{no_takeover, no_takeover, bits, bits};
  }
  const BytesView bytes = input.rest();
  const test::Events at_once = decode(options, [&](auto feed) { feed(bytes); });
  WSB_CHECK(decode(options, [&](auto feed) { fuzz::byte_by_byte(bytes, feed); }) == at_once);
  WSB_CHECK(decode(options, [&](auto feed) { fuzz::in_pieces(bytes, seed, feed); }) == at_once);
  return 0;
}

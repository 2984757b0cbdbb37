#include "core/net/lws/message_receiver.h"

#include <catch2/catch.hpp>

#include <string>

#include "core/base/limits.h"
#include "core/proto/ws/deflater.h"

namespace wsb::net {
namespace {

using Part = MessageReceiver::Part;

const ws::Message* message_in(const MessageReceiver::Outcome& outcome) {
  return std::get_if<ws::Message>(&outcome);
}

// The close code of an error; 0 for anything else.
int code_of(const MessageReceiver::Outcome& outcome) {
  const auto* error = std::get_if<ws::ProtocolError>(&outcome);
  return error == nullptr ? 0 : ws::to_number(error->code);
}

bool is_nothing(const MessageReceiver::Outcome& outcome) {
  return std::holds_alternative<MessageReceiver::Nothing>(outcome);
}

Part whole(BytesView bytes, bool binary = false) {
  return {.bytes = bytes, .first = true, .last_frame = true, .binary = binary};
}

Bytes deflate(BytesView text) {
  ws::Deflater deflater({.no_context_takeover = true});
  Bytes out;
  deflater.compress(text, out);
  return out;
}

}  // namespace

TEST_CASE("a whole frame is delivered without a copy") {
  MessageReceiver receiver(1000, {});
  const std::string text = "hello";
  const auto outcome = receiver.feed(whole(text));
  REQUIRE(message_in(outcome));
  CHECK(message_in(outcome)->payload.data() == text.data());
  CHECK(message_in(outcome)->payload == "hello");
  CHECK(message_in(outcome)->opcode == ws::Opcode::text);
  CHECK(message_in(outcome)->frames == 1);
  CHECK(message_in(outcome)->wire_bytes == 11);
}

TEST_CASE("a frame in parts, fragments and empty fragments become one message") {
  MessageReceiver receiver(1000, {});
  CHECK(is_nothing(receiver.feed({.bytes = "ab", .remaining = 2, .first = true, .binary = true})));
  CHECK(is_nothing(receiver.feed({.bytes = "cd", .binary = true})));
  CHECK(is_nothing(receiver.feed({.bytes = "", .binary = true})));
  CHECK(is_nothing(
      receiver.feed({.bytes = "e", .remaining = 1, .last_frame = true, .binary = true})));
  const auto outcome = receiver.feed({.bytes = "f", .last_frame = true, .binary = true});
  REQUIRE(message_in(outcome));
  CHECK(message_in(outcome)->payload == "abcdef");
  CHECK(message_in(outcome)->opcode == ws::Opcode::binary);
  CHECK(message_in(outcome)->frames == 3);
  CHECK(message_in(outcome)->wire_bytes == 6 + 3 * 6);
  const auto next = receiver.feed(whole("next"));
  REQUIRE(message_in(next));
  CHECK(message_in(next)->payload == "next");
}

TEST_CASE("text fails with 1007 at the first byte that cannot be valid") {
  MessageReceiver receiver(1000, {});
  CHECK(is_nothing(receiver.feed({.bytes = "\xce\xba\xe1", .first = true})));
  CHECK(is_nothing(receiver.feed({.bytes = "\xbd\xb9", .remaining = 3})));
  CHECK(code_of(receiver.feed({.bytes = "\xff", .remaining = 2})) == 1007);
}

TEST_CASE("text that ends inside a character fails with 1007, also before an empty final frame") {
  MessageReceiver whole_one(1000, {});
  CHECK(code_of(whole_one.feed(whole("\xe2\x82"))) == 1007);
  MessageReceiver cut(1000, {});
  CHECK(is_nothing(cut.feed({.bytes = "\xe2\x82", .first = true})));
  CHECK(code_of(cut.feed({.bytes = "", .last_frame = true})) == 1007);
  MessageReceiver packed(1000, ws::DeflateParams{});
  const Bytes bytes = deflate("\xe2\x82");
  CHECK(code_of(packed.feed({.bytes = bytes, .first = true, .last_frame = true, .rsv1 = true})) ==
        1007);
}

TEST_CASE("the state of a text does not leak into the next message") {
  MessageReceiver receiver(1000, {});
  CHECK(message_in(receiver.feed(whole("\xe2\x82", true))));
  CHECK(message_in(receiver.feed(whole("\xe2\x82\xac"))));
}

TEST_CASE("size is refused with 1009 by what a header announces, before it has arrived") {
  MessageReceiver single(10, {});
  CHECK(code_of(single.feed({.bytes = "a", .remaining = 10, .first = true, .binary = true})) ==
        1009);
  MessageReceiver huge(10, {});
  CHECK(code_of(huge.feed(
            {.bytes = "a", .remaining = ~std::uint64_t{0} - 1, .first = true, .binary = true})) ==
        1009);
  MessageReceiver exact(10, {});
  CHECK(message_in(exact.feed(whole("0123456789"))));
  CHECK(code_of(exact.feed(whole("0123456789a"))) == 1009);
  MessageReceiver fragments(10, {});
  CHECK(is_nothing(fragments.feed({.bytes = "0123456", .first = true})));
  CHECK(code_of(fragments.feed({.bytes = "789", .remaining = 1})) == 1009);
}

TEST_CASE("too many frames in a message fail with 1008") {
  MessageReceiver receiver(1000, {});
  CHECK(is_nothing(receiver.feed({.bytes = "", .first = true})));
  for (std::size_t i = 1; i < limits::kFramesPerMessage; ++i) {
    if (!is_nothing(receiver.feed({.bytes = ""}))) FAIL("refused too early");
  }
  CHECK(code_of(receiver.feed({.bytes = ""})) == 1008);
}

TEST_CASE("compressed messages inflate, in any parts, between uncompressed ones") {
  MessageReceiver receiver(100000, ws::DeflateParams{});
  const std::string text(5000, 'k');
  const Bytes bytes = deflate(text);
  const auto at_once =
      receiver.feed({.bytes = bytes, .first = true, .last_frame = true, .rsv1 = true});
  REQUIRE(message_in(at_once));
  CHECK(message_in(at_once)->payload == text);
  CHECK(message_in(at_once)->compressed);
  const auto plain = receiver.feed(whole("plain"));
  REQUIRE(message_in(plain));
  CHECK(message_in(plain)->payload == "plain");
  CHECK_FALSE(message_in(plain)->compressed);
  MessageReceiver::Outcome outcome;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    outcome = receiver.feed({.bytes = BytesView(bytes).substr(i, 1),
                             .remaining = bytes.size() - i - 1,
                             .first = i == 0,
                             .last_frame = true,
                             .rsv1 = true});
  }
  REQUIRE(message_in(outcome));
  CHECK(message_in(outcome)->payload == text);
}

TEST_CASE("RSV1 without an extension or on a continuation fails with 1002") {
  MessageReceiver none(1000, {});
  CHECK(code_of(none.feed({.bytes = "x", .first = true, .last_frame = true, .rsv1 = true})) ==
        1002);
  MessageReceiver agreed(1000, ws::DeflateParams{});
  CHECK(is_nothing(agreed.feed({.bytes = "x", .first = true})));
  CHECK(code_of(agreed.feed({.bytes = "y", .last_frame = true, .rsv1 = true})) == 1002);
}

TEST_CASE("a small compressed message that inflates beyond the limit fails with 1009") {
  MessageReceiver receiver(100000, ws::DeflateParams{});
  const Bytes bomb = deflate(std::string(10'000'000, '\0'));
  CHECK(bomb.size() < 20000);
  CHECK(code_of(receiver.feed(
            {.bytes = bomb, .first = true, .last_frame = true, .binary = true, .rsv1 = true})) ==
        1009);
}

TEST_CASE("damaged compressed data fails with 1007") {
  MessageReceiver receiver(1000, ws::DeflateParams{});
  CHECK(code_of(receiver.feed({.bytes = "\x07\xff\xff",
                               .first = true,
                               .last_frame = true,
                               .binary = true,
                               .rsv1 = true})) == 1007);
}

}  // namespace wsb::net

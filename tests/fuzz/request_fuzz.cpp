// The head of a request, and the server's judgement of it.
// Holds: no split of the input changes the outcome; what was read can be written and read again;
// every answer is good HTTP.

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/proto/http/request.h"
#include "core/proto/http/response.h"
#include "core/proto/ws/server_handshake.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;

// Feeds until the head is complete or bad; returns the bytes taken, or the message of the error.
template <class Split>
std::string run(http::RequestParser& parser, Split split) {
  std::size_t taken = 0;
  std::string fault;
  split([&](BytesView piece) {
    if (!fault.empty()) return;
    const Result<std::size_t> part = parser.feed(piece);
    if (!part) {
      fault = part.error().message;
    } else {
      taken += *part;
      WSB_CHECK(parser.complete() || *part == piece.size());
    }
  });
  return fault.empty() ? std::to_string(taken) : fault;
}

void write_and_read_again(const http::RequestHead& head) {
  std::string text = head.method + " " + head.target + " HTTP/" +
                     std::to_string(head.version_major) + "." + std::to_string(head.version_minor) +
                     "\r\n";
  head.headers.append_to(text);
  text += "\r\n";
  http::RequestParser parser({text.size(), limits::kHandshakeHeaderCount});
  const Result<std::size_t> taken = parser.feed(text);
  WSB_CHECK(taken && *taken == text.size() && parser.complete());
  WSB_CHECK(parser.head().method == head.method && parser.head().target == head.target);
  WSB_CHECK(parser.head().headers == head.headers);
}

void answer(const http::RequestHead& head) {
  ws::ServerHandshakeOptions options;
  options.subprotocols = {"chat"};
  const ws::UpgradeDecision decision = ws::judge_upgrade(head, options);
  Bytes bytes;
  int status = 101;
  if (const auto* accepted = std::get_if<ws::UpgradeAccepted>(&decision)) {
    ws::append_switching_protocols(bytes, *accepted);
  } else {
    const auto& refused = std::get<ws::UpgradeRefused>(decision);
    status = refused.status;
    ws::append_refusal(bytes, refused);
  }
  http::ResponseParser parser;
  WSB_CHECK(parser.feed(bytes) && parser.complete());
  WSB_CHECK(parser.head().status == status);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const unsigned seed = input.take_byte();
  const BytesView bytes = input.rest();
  http::RequestParser whole;
  http::RequestParser bytewise;
  http::RequestParser pieces;
  const std::string outcome = run(whole, [&](auto feed) { feed(bytes); });
  WSB_CHECK(run(bytewise, [&](auto feed) { fuzz::byte_by_byte(bytes, feed); }) == outcome);
  WSB_CHECK(run(pieces, [&](auto feed) { fuzz::in_pieces(bytes, seed, feed); }) == outcome);
  WSB_CHECK(whole.complete() == bytewise.complete());
  if (!whole.complete() || whole.head().method.empty()) return 0;
  WSB_CHECK(whole.head().headers == bytewise.head().headers);
  write_and_read_again(whole.head());
  answer(whole.head());
  return 0;
}

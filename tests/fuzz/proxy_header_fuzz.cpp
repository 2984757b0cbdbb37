// What a proxy says in front of a connection.
// Holds: no split of the input changes the outcome; a header takes no more than its limit; both
// endpoints are known or neither is.

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/proto/proxy/proxy_header.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;

// Feeds until the header is complete or bad; returns the bytes taken, or the message of the error.
template <class Split>
std::string run(proxy::ProxyHeaderReader& reader, Split split) {
  std::size_t taken = 0;
  std::string fault;
  split([&](BytesView piece) {
    if (!fault.empty()) return;
    const Result<std::size_t> part = reader.feed(piece);
    if (!part) {
      fault = part.error().text();
    } else {
      taken += *part;
      WSB_CHECK(reader.complete() || *part == piece.size());
    }
  });
  WSB_CHECK(taken <= limits::kProxyHeaderBytes);
  return fault.empty() ? std::to_string(taken) : fault;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const unsigned seed = input.take_byte();
  const BytesView bytes = input.rest();
  proxy::ProxyHeaderReader whole;
  proxy::ProxyHeaderReader bytewise;
  proxy::ProxyHeaderReader pieces;
  const std::string outcome = run(whole, [&](auto feed) { feed(bytes); });
  WSB_CHECK(run(bytewise, [&](auto feed) { fuzz::byte_by_byte(bytes, feed); }) == outcome);
  WSB_CHECK(run(pieces, [&](auto feed) { fuzz::in_pieces(bytes, seed, feed); }) == outcome);
  WSB_CHECK(whole.complete() == bytewise.complete() && whole.header() == bytewise.header());
  WSB_CHECK(whole.header().source.has_value() == whole.header().destination.has_value());
  return 0;
}

// The body of a POST of a polling client, and what is put into the answers to its polls.
// Holds: decode and encode are each other's inverse in both directions; packets stay within their
// limit.

#include <algorithm>

#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/proto/engineio/payload.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;
using namespace wsb::engineio;

Bytes encode(const std::vector<Packet>& packets) {
  Bytes payload;
  for (const Packet& packet : packets) append_to_payload(payload, view_of(packet));
  return payload;
}

void decode_first(BytesView body, std::size_t max_packets) {
  const Result<std::vector<Packet>> packets = decode_payload(body, max_packets);
  if (!packets) return;
  WSB_CHECK(!packets->empty() && packets->size() <= max_packets);
  WSB_CHECK(encode(*packets) == body);
}

void encode_first(fuzz::FuzzInput input) {
  std::vector<Packet> packets;
  while (!input.empty()) {
    const unsigned choice = input.take_byte();
    Packet packet{PacketType::message, (choice & 1U) != 0, Bytes(input.take(choice >> 1U))};
    if (!packet.binary) {
      packet.type = static_cast<PacketType>(input.take_byte() % 7);
      std::replace(packet.data.begin(), packet.data.end(), '\x1E', '.');
      if (!is_valid_utf8(packet.data)) packet.data.clear();
    }
    packets.push_back(std::move(packet));
  }
  if (packets.empty()) return;
  const Result<std::vector<Packet>> decoded = decode_payload(encode(packets));
  WSB_CHECK(decoded && *decoded == packets);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wsb::fuzz::FuzzInput input(data, size);
  const unsigned choice = input.take_byte();
  if ((choice & 1U) != 0) {
    encode_first(input);
  } else {
    decode_first(input.rest(), choice >> 1U);
  }
  return 0;
}

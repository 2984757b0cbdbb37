#include "core/proto/engineio/packet.h"

#include "core/base/check.h"

namespace wsb::engineio {

std::optional<PacketView> decode_text(BytesView text) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  return PacketView{static_cast<PacketType>(text.front() - '0'), false, text.substr(1)};
}

void append_text(Bytes& out, const PacketView& packet) {
  WSB_CHECK(!packet.binary);
  out.push_back(digit_of(packet.type));
  out.append(packet.data);
}

}  // namespace wsb::engineio

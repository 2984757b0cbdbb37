#pragma once

// The body of a polling request or answer: packets joined by the byte 0x1E, binary messages as 'b'
// and base64. JSON never holds a raw 0x1E, so Socket.IO needs no escaping; whoever sends text of
// another kind must see to it. Pure functions, any thread.
// Source: the Engine.IO protocol, "HTTP long-polling" under "Packet encoding".

#include <cstddef>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/proto/engineio/packet.h"

namespace wsb::engineio {

// All or nothing. Errors: protocol (an empty packet or payload, an unknown type, base64 that is not
// canonical, a body that is not UTF-8), too_large (more than `max_packets`).
[[nodiscard]] Result<std::vector<Packet>> decode_payload(
    BytesView body, std::size_t max_packets = limits::kPollingPackets);

// Appends the packet, and before it the separator when `payload` holds something already.
void append_to_payload(Bytes& payload, const PacketView& packet);
// By how much that makes `payload` longer, the separator included.
[[nodiscard]] std::size_t payload_growth(const PacketView& packet);

}  // namespace wsb::engineio

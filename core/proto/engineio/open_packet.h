#pragma once

// What a server says first: the data of the packet `open`, a JSON object. Value type, any thread.
// Source: the Engine.IO protocol, "Handshake".

#include <cstdint>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace wsb::engineio {

struct OpenPacket {
  std::string sid;
  bool upgrade_to_websocket = false;  // among "upgrades"; a server lists nothing else
  Duration ping_interval{};           // whole milliseconds
  Duration ping_timeout{};
  std::uint64_t max_payload = 0;  // bytes; 0: the server did not say (it is older than 4.1)
  bool operator==(const OpenPacket&) const = default;
};

// Appends the JSON, without the packet's type.
void append_open(Bytes& out, const OpenPacket& open);

// Unknown members are ignored. Errors: protocol (no object, a member is missing or of a wrong type,
// a time that is not positive or longer than a day).
[[nodiscard]] Result<OpenPacket> parse_open(BytesView json);

}  // namespace wsb::engineio

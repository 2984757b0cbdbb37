#pragma once

// Bytes on their way through wsb. A WebSocket payload is text or octets with equal right, so both
// are held in the standard string types: no casts between the parsers and the text they carry.

#include <cstdint>
#include <string>
#include <string_view>

namespace wsb {

using Bytes = std::string;           // owned
using BytesView = std::string_view;  // borrowed: valid only during the call that passes it

}  // namespace wsb

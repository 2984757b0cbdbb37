#pragma once

// The nonce of the opening handshake and the proof that the server read it (RFC 6455 §4.1 and
// §4.2.2). Pure but for the random source that is passed in; any thread.

#include <string>
#include <string_view>

#include "core/base/random.h"

namespace wsb::ws {

// 16 random bytes in base64.
[[nodiscard]] std::string make_handshake_key(RandomSource& random);
// True for the base64 form of exactly 16 bytes.
[[nodiscard]] bool is_handshake_key(std::string_view key);
// The value of Sec-WebSocket-Accept for a key.
[[nodiscard]] std::string accept_for_key(std::string_view key);

}  // namespace wsb::ws

#pragma once

// Base64 (RFC 4648 §4, padded), hexadecimal, and SHA-1 (RFC 3174), which the opening handshake of
// RFC 6455 §4.2.2 asks for. SHA-1 is not used for anything that needs a secure digest.
// Pure functions, any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace wsb {

[[nodiscard]] std::string base64_encode(BytesView bytes);
// nullopt for anything but canonical padded base64.
[[nodiscard]] std::optional<Bytes> base64_decode(std::string_view text);

// The alphabet for URLs, without padding (RFC 4648 §5, RFC 7515 §2).
[[nodiscard]] std::string base64url_encode(BytesView bytes);
// nullopt for anything but the canonical form.
[[nodiscard]] std::optional<Bytes> base64url_decode(std::string_view text);

[[nodiscard]] std::string hex_encode(BytesView bytes);  // lower case
// nullopt for an odd number of digits or any other character; spaces between bytes are accepted.
[[nodiscard]] std::optional<Bytes> hex_decode(std::string_view text);

[[nodiscard]] std::array<char, 20> sha1(BytesView bytes);

}  // namespace wsb

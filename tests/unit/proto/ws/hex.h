#pragma once

// Bytes written as hexadecimal in a test, spaces allowed; and frames built by hand, so that a test
// of the decoder does not rest on the encoder.

#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/encoding.h"
#include "core/proto/ws/role.h"

namespace wsb::ws::test {

inline Bytes hex(std::string_view digits) {
  const auto bytes = hex_decode(digits);
  WSB_CHECK(bytes.has_value());
  return *bytes;
}

// A frame as `sender` sends it: with the zero mask from a client.
inline Bytes frame(Role sender, unsigned first_byte, BytesView payload) {
  const unsigned mask_bit = sender == Role::client ? 0x80U : 0U;
  Bytes out(1, static_cast<char>(first_byte));
  const auto put = [&](std::size_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  };
  if (payload.size() < 126) {
    put(mask_bit | payload.size(), 1);
  } else if (payload.size() <= 0xFFFF) {
    put(mask_bit | 126U, 1);
    put(payload.size(), 2);
  } else {
    put(mask_bit | 127U, 1);
    put(payload.size(), 8);
  }
  if (sender == Role::client) out += Bytes(4, '\0');
  out += payload;
  return out;
}

// From a server, unmasked.
inline Bytes frame(unsigned first_byte, BytesView payload) {
  return frame(Role::server, first_byte, payload);
}

}  // namespace wsb::ws::test

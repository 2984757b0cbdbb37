#pragma once

// An IP address as a value: compared, put into maps, cut to a prefix. An IPv4 address inside of
// IPv6 (::ffff:192.0.2.1, RFC 4291 §2.5.5.2), which is what a socket of both families reports, is
// the IPv4 address. Value type, any thread.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"

namespace wsb {

class IpAddress {
 public:
  // "192.0.2.1" or "2001:db8::1"; no brackets, port or zone. nullopt for anything else.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
  // The bytes on the wire: exactly 4 or 16 of them.
  [[nodiscard]] static IpAddress from_bytes(BytesView network_order);

  [[nodiscard]] bool is_v4() const { return is_v4_; }
  [[nodiscard]] int bits() const { return is_v4_ ? 32 : 128; }
  // The first `prefix_bits` (0 to bits()) as they are, zeros behind: one client of IPv6 owns a
  // whole /64.
  [[nodiscard]] IpAddress truncated(int prefix_bits) const;
  [[nodiscard]] std::string text() const;  // "2001:db8::1" (RFC 5952)

  auto operator<=>(const IpAddress&) const = default;

 private:
  IpAddress() = default;

  bool is_v4_ = true;
  std::array<std::uint8_t, 16> bytes_{};  // IPv4: the first four
};

struct SocketAddress {
  IpAddress address;
  std::uint16_t port = 0;
  bool operator==(const SocketAddress&) const = default;
};

}  // namespace wsb

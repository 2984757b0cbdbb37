#include "core/base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "core/base/check.h"

namespace wsb {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string terminated(text);
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) {
    return from_bytes({bytes.data(), 4});
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) {
    return from_bytes({bytes.data(), 16});
  }
  return std::nullopt;
}

IpAddress IpAddress::from_bytes(BytesView network_order) {
  WSB_CHECK(network_order.size() == 4 || network_order.size() == 16);
  const bool mapped =
      network_order.size() == 16 &&
      std::memcmp(network_order.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
  if (mapped) network_order.remove_prefix(kMappedPrefix.size());
  IpAddress address;
  address.is_v4_ = network_order.size() == 4;
  std::memcpy(address.bytes_.data(), network_order.data(), network_order.size());
  return address;
}

IpAddress IpAddress::truncated(int prefix_bits) const {
  WSB_CHECK(prefix_bits >= 0 && prefix_bits <= bits());
  IpAddress cut = *this;
  for (std::size_t i = 0; i < cut.bytes_.size(); ++i) {
    const int kept = std::clamp(prefix_bits - static_cast<int>(i) * 8, 0, 8);
    cut.bytes_[i] = static_cast<std::uint8_t>(cut.bytes_[i] & (0xFF00U >> kept));
  }
  return cut;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), out.data(), out.size());
  return out.data();
}

}  // namespace wsb

#include "core/base/ip_network.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "core/base/text.h"

namespace wsb {
namespace {

Error bad_network(std::string_view text, const std::string& why) {
  return make_error(ErrorCode::invalid_argument,
                    "invalid network '" + std::string(text) + "': " + why);
}

// Digits only, without leading zeros; nullopt for anything else.
std::optional<int> read_prefix_bits(std::string_view text) {
  int bits = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (parsed.ec != std::errc{} || std::to_string(bits) != text) return std::nullopt;
  return bits;
}

}  // namespace

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> address = IpAddress::parse(text.substr(0, slash));
  if (!address) return bad_network(text, "expected an address such as '::1' or '10.0.0.0/8'");
  if (slash == std::string_view::npos) return IpNetwork(*address, address->bits());

  const std::optional<int> bits = read_prefix_bits(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > address->bits()) {
    return bad_network(text, "its prefix is a number from 0 to " + std::to_string(address->bits()));
  }
  const IpAddress first = address->truncated(*bits);
  if (first != *address) {
    return bad_network(text, "it has bits behind its prefix (did you mean '" + first.text() + "/" +
                                 std::to_string(*bits) + "'?)");
  }
  return IpNetwork(first, *bits);
}

bool IpNetwork::contains(const IpAddress& address) const {
  return address.is_v4() == first_.is_v4() && address.truncated(prefix_bits_) == first_;
}

std::string IpNetwork::text() const { return first_.text() + "/" + std::to_string(prefix_bits_); }

Result<std::vector<IpNetwork>> parse_networks(std::string_view list) {
  std::vector<IpNetwork> networks;
  for (const std::string_view member : split(list, ',')) {
    Result<IpNetwork> network = IpNetwork::parse(trim(member));
    if (!network) return std::move(network).error();
    networks.push_back(*network);
  }
  return networks;
}

bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace wsb

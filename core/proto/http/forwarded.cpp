#include "core/proto/http/forwarded.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "core/base/text.h"

namespace wsb::http {
namespace {

// The members of all fields of that name, the last one first.
std::vector<std::string_view> members_from_right(const Headers& headers, std::string_view name) {
  std::vector<std::string_view> members;
  for (const std::string_view value : headers.all(name)) {
    // No quotes: one that a client sends must not hide what its proxy appends.
    for (const std::string_view member : split(value, ',')) {
      if (!trim(member).empty()) members.push_back(trim(member));
    }
  }
  std::reverse(members.begin(), members.end());
  return members;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// An address, with a port for some proxies, and then in brackets if it is IPv6.
std::optional<IpAddress> read_address(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view port = text.substr(end + 1);
    if (!port.empty() && (port.front() != ':' || !is_port(port.substr(1)))) return std::nullopt;
    return IpAddress::parse(text.substr(1, end - 1));
  }
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon == text.rfind(':')) {
    if (!is_port(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  return IpAddress::parse(text);
}

std::optional<bool> read_scheme(std::string_view text) {
  if (equals_ignore_case(text, "https") || equals_ignore_case(text, "wss")) return true;
  if (equals_ignore_case(text, "http") || equals_ignore_case(text, "ws")) return false;
  return std::nullopt;
}

}  // namespace

ForwardedPeer find_forwarded_peer(const Headers& headers, const ForwardedPeer& peer, bool trusted,
                                  std::span<const IpNetwork> proxies) {
  if (!trusted) return peer;
  ForwardedPeer found = peer;
  std::size_t hops = 0;
  for (const std::string_view member : members_from_right(headers, "X-Forwarded-For")) {
    const std::optional<IpAddress> address = read_address(member);
    if (!address) break;
    found.address = address;
    ++hops;
    if (!any_contains(proxies, *address)) break;
  }
  const auto schemes = members_from_right(headers, "X-Forwarded-Proto");
  if (schemes.empty()) return found;
  // Without an address the neighbour's own word is the only one that counts.
  const std::size_t at = std::min(std::max<std::size_t>(hops, 1), schemes.size()) - 1;
  found.secure = read_scheme(schemes[at]).value_or(peer.secure);
  return found;
}

}  // namespace wsb::http

#include "core/net/request_origin.h"

#include "core/proto/http/forwarded.h"

namespace wsb::net {

std::optional<IpAddress> address_of_remote(std::string_view remote) {
  if (remote.starts_with('[')) return IpAddress::parse(remote.substr(1, remote.find(']') - 1));
  const std::size_t colon = remote.find(':');
  const bool one_colon = colon != remote.npos && remote.find(':', colon + 1) == remote.npos;
  return IpAddress::parse(one_colon ? remote.substr(0, colon) : remote);
}

RequestOrigin find_origin(const RequestOrigin& peer, const http::Headers& headers,
                          std::span<const IpNetwork> proxies) {
  if (proxies.empty()) return peer;
  const std::optional<IpAddress> address = address_of_remote(peer.remote);
  if (!address || !any_contains(proxies, *address)) return peer;
  const http::ForwardedPeer found =
      http::find_forwarded_peer(headers, {address, peer.secure}, true, proxies);
  RequestOrigin origin{peer.remote, found.secure};
  if (found.address && found.address != address) origin.remote = found.address->text();
  return origin;
}

}  // namespace wsb::net

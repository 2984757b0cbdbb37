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
                          const TrustedProxies& proxies) {
  if (proxies.empty() || !proxies.contain(peer.remote)) return peer;
  const std::optional<IpAddress> address = address_of_remote(peer.remote);
  const http::ForwardedPeer found =
      http::find_forwarded_peer(headers, {address, peer.secure}, true, proxies.networks);
  RequestOrigin origin{peer.remote, found.secure};
  if (found.address && found.address != address) origin.remote = found.address->text();
  return origin;
}

}  // namespace wsb::net

#include "core/net/trusted_proxies.h"

#include <optional>

#include "core/base/text.h"
#include "core/net/request_origin.h"

namespace wsb::net {

bool TrustedProxies::contain(std::string_view remote) const {
  if (remote == kUnixRemote) return unix_sockets;
  const std::optional<IpAddress> address = address_of_remote(remote);
  return address && any_contains(networks, *address);
}

Result<TrustedProxies> parse_trusted_proxies(std::string_view list) {
  TrustedProxies out;
  for (const std::string_view member : split(list, ',')) {
    const std::string_view name = trim(member);
    if (name == kUnixRemote) {
      out.unix_sockets = true;
      continue;
    }
    const Result<IpNetwork> network = IpNetwork::parse(name);
    if (!network) return network.error();
    out.networks.push_back(*network);
  }
  return out;
}

}  // namespace wsb::net

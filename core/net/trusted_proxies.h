#pragma once

// Whose word about the client counts: the proxies in front of a server. Value type, any thread.

#include <string_view>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/ip_network.h"
#include "core/base/result.h"

namespace wsb::net {

// What the remote of every connection by a unix socket is called: who is there has no address, and
// may have bound its own end to a name of its choice.
inline constexpr std::string_view kUnixRemote = "unix";

struct TrustedProxies {
  std::vector<IpNetwork> networks{};
  bool unix_sockets = false;  // whoever comes by one

  [[nodiscard]] bool empty() const { return networks.empty() && !unix_sockets; }
  // `remote`: as in ConnectionInfo.
  [[nodiscard]] bool contain(std::string_view remote) const;
};

// Addresses and networks, and 'unix', separated by commas. Errors: invalid_argument.
[[nodiscard]] Result<TrustedProxies> parse_trusted_proxies(std::string_view list);

}  // namespace wsb::net

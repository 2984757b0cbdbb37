#pragma once

// Whom a request comes from, as far as proxies are trusted: the peer of the connection, or whom a
// trusted proxy names in X-Forwarded-For and X-Forwarded-Proto. Pure functions, any thread.

#include <optional>
#include <string>
#include <string_view>

#include "core/net/trusted_proxies.h"
#include "core/proto/http/headers.h"

namespace wsb::net {

struct RequestOrigin {
  std::string remote;  // "192.0.2.1:4711", kUnixRemote; without a port when a proxy named it
  bool secure = false;
  bool operator==(const RequestOrigin&) const = default;
};

// The address in "192.0.2.1:4711", "[::1]:4711", "192.0.2.1" or "::1"; nullopt: there is none.
[[nodiscard]] std::optional<IpAddress> address_of_remote(std::string_view remote);

[[nodiscard]] RequestOrigin find_origin(const RequestOrigin& peer, const http::Headers& headers,
                                        const TrustedProxies& proxies);

}  // namespace wsb::net

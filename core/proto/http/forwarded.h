#pragma once

// Who is behind a proxy: X-Forwarded-For and X-Forwarded-Proto, believed only as far as trusted
// hands wrote them. Anybody can send these fields; each proxy adds at the right what it saw, so
// they are read from the right, until somebody who is not trusted. Pure functions, any thread.

#include <optional>
#include <span>

#include "core/base/ip_address.h"
#include "core/base/ip_network.h"
#include "core/proto/http/headers.h"

namespace wsb::http {

struct ForwardedPeer {
  std::optional<IpAddress> address;  // nullopt: a unix socket whose proxy did not say more
  bool secure = false;               // TLS between the client and whoever it connected to
  bool operator==(const ForwardedPeer&) const = default;
};

// The client of a request whose connection comes from `peer`. `trusted` says whether the peer
// itself is believed (its address is in `proxies`, or it came by a trusted unix socket); if not,
// the fields are ignored. An entry that is no address ends the search at what was found before it.
// Of X-Forwarded-Proto counts the entry of the same proxy as that address, or the leftmost if there
// are fewer; one other than http, https, ws and wss changes nothing.
[[nodiscard]] ForwardedPeer find_forwarded_peer(const Headers& headers, const ForwardedPeer& peer,
                                                bool trusted, std::span<const IpNetwork> proxies);

}  // namespace wsb::http

#pragma once

// What hangs on a libwebsockets connection as its opaque user data, so that a callback finds our
// object: requests first, and a WebSocket connection from its upgrade on.

namespace wsb::net {

struct WsiPeer {
  enum class Kind { http, connection, ended };
  Kind kind;
};

}  // namespace wsb::net

#pragma once

// The one callback that libwebsockets has for everything the server does: turns its reasons into
// calls on the objects of this folder, and does nothing else. No exception leaves it.

#include <libwebsockets.h>

#include "core/net/lws/wsi_peer.h"

namespace wsb::net {

inline constexpr const char* kServerProtocol = "wsb";

// Compression leans on how 4.1 negotiates extensions, which no header promises.
inline constexpr bool kDeflateSupported =
    LWS_LIBRARY_VERSION_MAJOR == 4 && LWS_LIBRARY_VERSION_MINOR == 1;

// Tables with static storage, for a virtual host's info.
[[nodiscard]] const lws_protocols* server_protocols();
[[nodiscard]] const lws_extension* server_extensions();
[[nodiscard]] const lws_http_mount* server_mounts();

// Marks a libwebsockets connection that had its time.
[[nodiscard]] WsiPeer* ended_wsi_peer();

}  // namespace wsb::net

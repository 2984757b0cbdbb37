#include "cli/serve_socketio_options.h"

namespace wsb::cli {

void add_socketio_options(std::vector<Option>& options, app::SocketioConfig& config) {
  constexpr std::string_view kSocketio = "Socket.IO";
  options.insert(
      options.end(),
      {
          {.names = "--namespace",
           .value = "NAME",
           .group = kSocketio,
           .target = &config.namespaces,
           .brief = "a namespace that Socket.IO clients may join",
           .text = "Socket.IO clients may join this namespace besides '/': '/chat', or '/chat-*' "
                   "for all that begin so. Those in a namespace hear each other; plain clients are "
                   "in '/'. Can be given several times.",
           .fallback = "'/' alone",
           .example = "wsb serve --namespace /chat"},
          {.names = "--recovery",
           .value = "DURATION",
           .group = kSocketio,
           .target = DurationTarget{&config.recovery, std::chrono::seconds(1),
                                    std::chrono::hours(24)},
           .brief = "clients that lose their connection come back within",
           .text = "A Socket.IO client that loses its connection may come back within so long as "
                   "who it was: with its id, in its rooms, and with what was said meanwhile, see "
                   "SOCKET.IO. Of each room the last 16384 messages are kept for that, of 512KiB "
                   "together, or of half of --max-backlog if that is less; who missed more is "
                   "connected anew, and knows.",
           .fallback = "who comes back is connected anew",
           .range = "1s to 24h",
           .example = "wsb serve --recovery 2m"},
          {.names = "--socketio-client",
           .value = "FILE",
           .group = kSocketio,
           .target = &config.client_file,
           .brief = "the client that pages load from /socket.io/socket.io.js",
           .text = "Give pages the script in this file, such as the official client of the npm "
                   "package socket.io, instead of the small one that wsb brings along, as "
                   "/socket.io/socket.io.js and socket.io.min.js. Read at start and again at "
                   "SIGHUP.",
           .fallback = "the client that wsb brings along",
           .range = "at most 1MiB",
           .example = "wsb serve --public site "
                      "--socketio-client node_modules/socket.io/client-dist/socket.io.min.js",
           .hint = Hint::file},
          {.names = "--conformance",
           .value = "SUITE",
           .group = kSocketio,
           .target = &config.conformance,
           .brief = "behave as a test suite of Socket.IO expects",
           .text = "Behave as the official test suite for servers of this protocol expects, "
                   "instead of as a broadcast server: under /engine.io/ every message comes back; "
                   "under /socket.io/ the events and namespaces of the suite are known, and no "
                   "others.",
           .fallback = "a broadcast server",
           .range = "engineio, socketio",
           .example = "wsb serve --conformance socketio"},
      });
}

}  // namespace wsb::cli

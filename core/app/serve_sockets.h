#pragma once

// Where a server listens: an address, a file of a unix socket, what it was given, or several of
// them; opened before any worker is made. Main thread.

#include <string>
#include <vector>

#include "core/app/serve_config.h"
#include "core/base/result.h"
#include "core/net/runtime.h"
#include "core/net/unix_socket_file.h"

namespace wsb::app {

struct ServeSockets {
  std::vector<std::vector<net::ListenSocket>> of_worker;  // one for each place, in the same order
  net::UnixSocketFile file;
  // Of each place, as clients name it: "ws://127.0.0.1:3000", "ws+unix:/run/wsb.sock:/".
  std::vector<std::string> urls;
  std::vector<std::string> hosts;  // of the addresses among them
  std::string page_url;  // the first that a browser can open; empty: none
};

// Errors: bind, and those of a unix socket's path.
[[nodiscard]] Result<ServeSockets> open_serve_sockets(const ServeConfig& config,
                                                      net::Runtime& runtime, int workers);

// The same of sockets that listen already. Errors: bind.
[[nodiscard]] Result<ServeSockets> share_passed_sockets(std::vector<net::ListenSocket> passed,
                                                        bool tls, int workers);

}  // namespace wsb::app

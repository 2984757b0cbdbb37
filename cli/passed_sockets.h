#pragma once

// Listening sockets that whoever started us made and hands over: socket activation by systemd,
// systemd-socket-activate and others, sd_listen_fds(3) without its library. Main thread, before
// anything else opens a descriptor.

#include <vector>

#include "core/base/result.h"
#include "core/net/listener.h"

namespace wsb::cli {

// Those that LISTEN_FDS counts, the first at `first_fd`, if LISTEN_PID is this process; these two
// and LISTEN_FDNAMES are out of the environment afterwards. None: empty.
// Errors: bind, for a descriptor that is not a listening TCP or unix stream socket.
[[nodiscard]] Result<std::vector<net::ListenSocket>> take_passed_sockets(int first_fd = 3);

}  // namespace wsb::cli

#pragma once

// A certificate for trying TLS out, made in memory. Any thread.

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/net/tls_config.h"

namespace wsb::net {

// A P-256 key and a certificate for localhost, 127.0.0.1, ::1 and `names` (host names or IP
// addresses), valid for 397 days. Errors: tls_setup.
[[nodiscard]] Result<ServerIdentity> make_self_signed(const std::vector<std::string>& names);

}  // namespace wsb::net

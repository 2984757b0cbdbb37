#pragma once

// Which content coding a client wants (RFC 9110 §12.5.3). wsb knows gzip, and identity, which is
// none. Pure functions, any thread.

#include "core/proto/http/headers.h"

namespace wsb::http {

// True when the Accept-Encoding fields name gzip (or x-gzip, or "*") with a weight above zero and
// not below that of identity. Without such a field any coding would be allowed, but nothing says
// that the client can read it: false. Members that cannot be read count for nothing.
[[nodiscard]] bool prefers_gzip(const Headers& headers);

}  // namespace wsb::http

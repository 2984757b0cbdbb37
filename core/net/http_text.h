#pragma once

// The head of a response as text (RFC 9112 §4 and §6). Pure, any thread.

#include <string>

#include "core/net/http.h"
#include "core/proto/http/request_rules.h"

namespace wsb::net {

// Status line, the response's own headers, Date, Content-Length, Connection, and the empty line.
[[nodiscard]] std::string response_head(const HttpResponse& response, http::Persistence after);

}  // namespace wsb::net

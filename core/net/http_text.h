#pragma once

// The head of a response as text (RFC 9112 §4 and §6). Pure, any thread.

#include <string>

#include "core/net/http.h"
#include "core/proto/http/request_rules.h"

namespace wsb::net {

// Status line, the response's own headers, Date, Content-Length unless it has none, Connection, and
// the empty line.
[[nodiscard]] std::string response_head(const HttpResponse& response, http::Persistence after);
// RFC 9110 §6.4.1 and §8.6: there is neither a body nor a Content-Length with this status.
[[nodiscard]] bool has_no_content(int status);

}  // namespace wsb::net

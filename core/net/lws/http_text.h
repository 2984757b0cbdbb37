#pragma once

// The head of a response as text (RFC 9112 §4 and §6). Pure, any thread.

#include <string>

#include "core/net/http.h"

namespace wsb::net {

// keep_and_say_so: HTTP/1.0 takes silence for a no.
enum class AfterResponse { keep, keep_and_say_so, close };

// Status line, the response's own headers, Date, Content-Length, Connection, and the empty line.
[[nodiscard]] std::string response_head(const HttpResponse& response, AfterResponse after);

}  // namespace wsb::net

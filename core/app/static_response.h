#pragma once

// A static file as the answer to a request: conditions, one range of bytes, and its coding (RFC
// 9110 §13, §14). Pure, any thread.

#include "core/app/static_files.h"
#include "core/net/http.h"
#include "core/proto/http/http_date.h"

namespace wsb::app {

// `file` is one of Kind::file; `now` places the dates of old clients.
[[nodiscard]] net::HttpResponse static_response(const net::HttpRequest& request, StaticFile file,
                                                http::sys_seconds now);

}  // namespace wsb::app

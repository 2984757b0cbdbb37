#pragma once

// HTTP answers that are a line of text. Pure functions, any thread.

#include <string>

#include "core/net/http.h"

namespace wsb::app {

// text/plain, never cached.
[[nodiscard]] net::HttpResponse text_response(int status, std::string text);
// 405, where only GET and HEAD are known.
[[nodiscard]] net::HttpResponse method_not_allowed();
// 426: a WebSocket handshake that lost its Upgrade header on the way.
[[nodiscard]] net::HttpResponse upgrade_required();

}  // namespace wsb::app

#pragma once

// HTTP answers that are a line of text. Pure functions, any thread.

#include <string>

#include "core/net/http.h"

namespace wsb::app {

// text/plain, never cached.
[[nodiscard]] net::HttpResponse text_response(int status, std::string text);

}  // namespace wsb::app

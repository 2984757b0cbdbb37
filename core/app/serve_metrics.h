#pragma once

// The live numbers of a server in the text format of Prometheus: GET /metrics. Pure, any thread.

#include <string>

#include "core/app/serve_stats.h"

namespace wsb::app {

[[nodiscard]] std::string metrics_text(const ServeStats& stats);

}  // namespace wsb::app

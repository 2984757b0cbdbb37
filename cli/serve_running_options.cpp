#include "cli/serve_running_options.h"

namespace wsb::cli {
namespace {

constexpr std::string_view kEnding = "Ending";
constexpr Duration kLongest = std::chrono::hours(1);

}  // namespace

void add_running_options(std::vector<Option>& options, app::ServeConfig& config) {
  options.insert(
      options.end(),
      {
          {.names = "--drain-timeout",
           .value = "DURATION",
           .group = kEnding,
           .target = DurationTarget{&config.drain_timeout, Duration::zero(), kLongest},
           .brief = "time for clients to go when the server ends",
           .text = "How long the server waits, when it is asked to end, for its clients to answer "
                   "their Close and for downloads to be complete. Many clients are closed one "
                   "after the other, in the first half of this time, so that they do not all come "
                   "back at once. Who is left is dropped.",
           .fallback = "10s",
           .range = "0 to 1h",
           .example = "wsb serve --drain-timeout 1m"},
          {.names = "--drain-delay",
           .value = "DURATION",
           .group = kEnding,
           .target = DurationTarget{&config.drain_delay, Duration::zero(), kLongest},
           .brief = "time between /readyz saying 503 and the end",
           .text = "How long the server goes on as before, when it is asked to end, while /readyz "
                   "answers 503: for a load balancer to take note and send nobody any more.",
           .fallback = "0",
           .range = "0 to 1h",
           .example = "wsb serve --drain-delay 15s"},
      });
}

}  // namespace wsb::cli

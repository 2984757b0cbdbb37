#include "cli/serve_running_options.h"

namespace wsb::cli {
namespace {

constexpr std::string_view kEnding = "Ending";
constexpr std::string_view kBehind = "Behind a proxy";
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
          {.names = "--trust-proxy",
           .value = "NETWORKS",
           .group = kBehind,
           .target = &config.trust_proxy,
           .brief = "whose X-Forwarded-For to believe",
           .text = "The addresses and networks of the proxies in front of the server, separated by "
                   "commas; unix stands for who comes by --unix. Whom they name in "
                   "X-Forwarded-For and X-Forwarded-Proto counts as the client, in the log and "
                   "for limits; from anybody else these headers mean nothing.",
           .fallback = "nobody's",
           .example = "wsb serve --trust-proxy 127.0.0.1,10.0.0.0/8"},
          {.names = "--proxy-protocol",
           .group = kBehind,
           .target = &config.proxy_protocol,
           .brief = "proxies begin with a PROXY header",
           .text = "Connections from --trust-proxy begin with a header of the PROXY protocol, "
                   "version 1 or 2, before TLS: HAProxy's send-proxy, nginx's proxy_protocol. One "
                   "without it is cut off. Connections from elsewhere are taken as they are.",
           .example = "wsb serve --proxy-protocol --trust-proxy 127.0.0.1"},
      });
}

}  // namespace wsb::cli

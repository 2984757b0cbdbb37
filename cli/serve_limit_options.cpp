#include "cli/serve_limit_options.h"

namespace wsb::cli {
namespace {

constexpr std::string_view kLimits = "Limits";
constexpr std::uint64_t kMostClients = 100'000'000;
constexpr Duration kLongestHandshake = std::chrono::minutes(10);
constexpr Duration kLongestIdle = std::chrono::hours(24 * 7);

}  // namespace

void add_limit_options(std::vector<Option>& options, app::LimitsConfig& limits) {
  options.insert(
      options.end(),
      {
          {.names = "--max-clients",
           .value = "N",
           .group = kLimits,
           .target = IntegerTarget{&limits.max_clients, 1, kMostClients},
           .brief = "clients at a time",
           .text = "How many clients the server takes at a time, by WebSocket, as a stream of "
                   "events or as a Socket.IO session that polls. Further ones are answered 503 "
                   "with Retry-After.",
           .fallback = "as many as there are file descriptors for",
           .range = "1 to 100000000",
           .example = "wsb serve --max-clients 10000"},
          {.names = "--max-clients-per-ip",
           .value = "N",
           .group = kLimits,
           .target = IntegerTarget{&limits.max_clients_per_ip, 1, kMostClients},
           .brief = "clients of one address at a time",
           .text = "How many clients one address may have at a time; a /64 of IPv6 "
                   "counts as one. Further ones are answered 429 with Retry-After. Behind a "
                   "proxy this needs --trust-proxy, or all clients have the proxy's address.",
           .fallback = "no limit",
           .range = "1 to 100000000",
           .example = "wsb serve --max-clients-per-ip 20"},
          {.names = "--rate",
           .value = "N[/s][,BURST]",
           .group = kLimits,
           .target = &limits.rate,
           .brief = "messages per second that a client may send",
           .text = "How many messages each client may send per second on average, and how many of "
                   "them at once after a pause. Who sends faster is not closed and loses nothing: "
                   "it is not read from until it may send again, so that TCP slows it down; a "
                   "Socket.IO client that polls waits for the answer to its POST. A burst of one "
                   "second's messages unless BURST says another.",
           .fallback = "no limit",
           .range = "more than 0, such as 10, 100/s, 0.5/s, 100/s,1000",
           .example = "wsb serve --rate 10/s,50"},
          {.names = "--handshake-timeout",
           .value = "DURATION",
           .group = kLimits,
           .target = DurationTarget{&limits.handshake_timeout, std::chrono::milliseconds(100),
                                    kLongestHandshake},
           .brief = "time for TLS and a request's head to arrive",
           .text = "How long a new connection may take until its first request, with TLS before "
                   "it, has arrived up to its empty line; later requests of the connection count "
                   "from their first byte. Who is slower is answered 408 and cut off.",
           .fallback = "10s",
           .range = "100ms to 10m",
           .example = "wsb serve --handshake-timeout 3s"},
          {.names = "--idle-timeout",
           .value = "DURATION",
           .group = kLimits,
           .target = DurationTarget{&limits.idle_timeout, Duration::zero(), kLongestIdle},
           .brief = "close clients between whom and us nothing was said for so long",
           .text = "Close a client with 1001 when for so long no message has passed between it and "
                   "the server, in either direction; pings and pongs are no messages. It happens "
                   "up to a quarter of this time later, and at most 5 seconds.",
           .fallback = "0, never",
           .range = "0 to 168h",
           .example = "wsb serve --idle-timeout 10m"},
      });
}

}  // namespace wsb::cli

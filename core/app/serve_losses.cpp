#include "core/app/serve_losses.h"

#include <string>
#include <string_view>

#include "core/base/text.h"

namespace wsb::app {

namespace {

void add_growth(std::string& line, std::uint64_t now, std::uint64_t before,
                std::string_view what) {
  if (now <= before) return;
  if (!line.empty()) line += ", ";
  line += with_thousands(now - before);
  line += ' ';
  line += what;
}

}  // namespace

void ServeLosses::look(int worker, const WorkerSnapshot& snapshot) {
  const WorkerSnapshot& before = before_[worker];
  std::string line;
  add_growth(line, snapshot.listener.slow_readers, before.listener.slow_readers,
             "slow readers disconnected");
  add_growth(line, snapshot.hub.dropped, before.hub.dropped,
             "messages dropped for slow readers");
  add_growth(line, snapshot.hub.mailbox_refusals, before.hub.mailbox_refusals,
             "batches lost between workers");
  add_growth(line, snapshot.hub.forgotten_rooms, before.hub.forgotten_rooms,
             "rooms' histories forgotten for want of room");
  add_growth(line, snapshot.listener.accept_pauses, before.listener.accept_pauses,
             "pauses in accepting for want of file descriptors");
  add_growth(line, snapshot.listener.certificates_refused, before.listener.certificates_refused,
             "TLS clients without a good certificate refused");
  add_growth(line, snapshot.access.origin, before.access.origin,
             "requests of pages of other origins refused");
  add_growth(line, snapshot.access.credentials, before.access.credentials,
             "requests without good credentials refused");
  add_growth(line, snapshot.access.rights + snapshot.access.publishers,
             before.access.rights + before.access.publishers,
             "requests and messages beyond their credentials refused");
  add_growth(line, snapshot.access.busy, before.access.busy,
             "requests refused while too many passwords were being checked");
  add_growth(line, snapshot.limits.server_full, before.limits.server_full,
             "handshakes refused as the server was full");
  add_growth(line, snapshot.limits.address_full, before.limits.address_full,
             "handshakes refused as their address had too many clients");
  add_growth(line, snapshot.limits.idle, before.limits.idle, "idle clients closed");
  add_growth(line, snapshot.limits.rate_pauses, before.limits.rate_pauses,
             "pauses in reading from clients that send too fast");
  if (!line.empty()) log_.write(LogLevel::warning, line);
  before_[worker] = snapshot;
}

net::ListenerStats sum_of(const net::ListenerStats& a, const net::ListenerStats& b) {
  net::ListenerStats sum = a;
  sum.accepted += b.accepted;
  sum.handshake_failures += b.handshake_failures;
  sum.certificates_refused += b.certificates_refused;
  sum.upgrades_refused += b.upgrades_refused;
  sum.protocol_errors += b.protocol_errors;
  sum.too_large += b.too_large;
  sum.slow_readers += b.slow_readers;
  sum.keepalive_timeouts += b.keepalive_timeouts;
  sum.accept_pauses += b.accept_pauses;
  sum.moved_away += b.moved_away;
  sum.open += b.open;
  sum.event_streams += b.event_streams;
  sum.requests_open += b.requests_open;
  return sum;
}

}  // namespace wsb::app

#include "core/app/serve_metrics.h"

#include <array>

#include "core/report/prometheus.h"

namespace wsb::app {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::array<Duration, 13> kFanoutBounds = {
    microseconds(50),  microseconds(100), microseconds(250), microseconds(500), milliseconds(1),
    microseconds(2500), milliseconds(5),  milliseconds(10),  milliseconds(25),  milliseconds(50),
    milliseconds(100), milliseconds(250), milliseconds(1000)};

void add_clients(report::PrometheusText& out, const ServeStats& stats) {
  out.gauge("wsb_uptime_seconds", "Time since the server was started.");
  out.sample(stats.uptime);
  out.gauge("wsb_workers", "Worker threads.");
  out.sample(std::uint64_t{stats.workers});
  out.gauge("wsb_silent_workers", "Workers that did not answer in time: not in these numbers.");
  out.sample(std::uint64_t{stats.silent_workers});
  out.gauge("wsb_clients", "WebSocket clients connected now.");
  out.sample(std::uint64_t{stats.listener.open});
  out.gauge("wsb_event_streams", "Clients that listen to /events now.");
  out.sample(std::uint64_t{stats.listener.event_streams});
  out.counter("wsb_accepted_connections_total", "Connections accepted, of whatever kind.");
  out.sample(stats.listener.accepted);
  out.counter("wsb_refusals_total", "Whom the server refused or cut off, by cause.");
  for (const auto& [cause, count] : refusals_of(stats)) out.sample(count, {{"cause", cause}});
  out.counter("wsb_accept_pauses_total", "Pauses in accepting for want of file descriptors.");
  out.sample(stats.listener.accept_pauses);
  out.counter("wsb_moved_connections_total", "Connections that went to the worker of a session.");
  out.sample(stats.listener.moved_away);
  out.gauge("wsb_http_requests_open", "Plain HTTP requests that are not answered in full yet.");
  out.sample(std::uint64_t{stats.listener.requests_open});
}

void add_messages(report::PrometheusText& out, const ServeStats& stats) {
  out.counter("wsb_received_messages_total", "Messages that clients sent.");
  out.sample(stats.peers.messages_in);
  out.counter("wsb_rate_pauses_total", "How often a client that sent too fast was not read from.");
  out.sample(stats.limits.rate_pauses);
  out.counter("wsb_deliveries_total", "Published messages given to clients.");
  out.sample(stats.hub.deliveries);
  out.counter("wsb_sent_messages_total", "Messages to clients, greetings and echoes included.");
  out.sample(stats.peers.messages_out);
  out.counter("wsb_received_bytes_total", "Bytes of frames from clients, before TLS.");
  out.sample(stats.peers.wire_bytes_in);
  out.counter("wsb_sent_bytes_total", "Bytes to clients, handshakes included, before TLS.");
  out.sample(stats.peers.wire_bytes_out);
  out.counter("wsb_dropped_messages_total", "Messages that slow readers never got.");
  out.sample(stats.peers.dropped_messages);
  out.counter("wsb_slow_sends_total", "Batches that had to wait because their reader was slow.");
  out.sample(stats.hub.slow_sends);
  out.counter("wsb_lost_batches_total", "Batches that another worker's full inbox refused.");
  out.sample(stats.hub.mailbox_refusals);
  out.gauge("wsb_history_bytes", "Bytes of messages kept for clients that join later.");
  out.sample(stats.hub.history_bytes);
  out.counter("wsb_replayed_messages_total", "Kept messages given to clients that joined.");
  out.sample(stats.hub.replayed);
  out.counter("wsb_replay_gaps_total", "Clients told that some of what they missed is gone.");
  out.sample(stats.hub.gaps);
  out.counter("wsb_forgotten_rooms_total", "Rooms whose history had to go for that of others.");
  out.sample(stats.hub.forgotten_rooms);
  out.gauge("wsb_backlog_bytes", "Bytes that wait for slow readers.");
  out.sample(stats.peers.backlog_bytes);
  out.gauge("wsb_backlogged_clients", "Clients that bytes wait for.");
  out.sample(stats.peers.backlogged);
}

void add_socketio(report::PrometheusText& out, const SocketioCounters& counters) {
  out.gauge("wsb_engineio_sessions", "Engine.IO sessions open now, by their transport.");
  out.sample(counters.polling, {{"transport", "polling"}});
  out.sample(counters.websocket, {{"transport", "websocket"}});
  out.gauge("wsb_engineio_polls_held", "Polls that wait for something to say now.");
  out.sample(counters.polls_held);
  out.counter("wsb_engineio_opened_total", "Engine.IO sessions opened, by their first transport.");
  out.sample(counters.opened_polling, {{"transport", "polling"}});
  out.sample(counters.opened_websocket, {{"transport", "websocket"}});
  out.counter("wsb_engineio_upgrades_total", "Sessions that went from polling to a WebSocket.");
  out.sample(counters.upgrades);
  out.counter("wsb_engineio_closed_total", "Engine.IO sessions that have ended, by cause.");
  for (const auto& [cause, n] : engineio_closes_of(counters)) out.sample(n, {{"cause", cause}});
  out.counter("wsb_engineio_refusals_total", "Requests that Engine.IO refused, by cause.");
  for (const auto& [cause, n] : engineio_refusals_of(counters)) out.sample(n, {{"cause", cause}});
  out.counter("wsb_polling_received_messages_total", "Messages that came by polling.");
  out.sample(counters.messages_in);
  out.counter("wsb_polling_sent_messages_total", "Messages that went, or wait, by polling.");
  out.sample(counters.messages_out);
  out.counter("wsb_polling_received_bytes_total", "Bytes of messages that came by polling.");
  out.sample(counters.bytes_in);
  out.counter("wsb_polling_sent_bytes_total", "Bytes of messages that went, or wait, by polling.");
  out.sample(counters.bytes_out);
  out.gauge("wsb_socketio_sockets", "Socket.IO clients now, each once for each of its namespaces.");
  out.sample(counters.sockets);
  out.counter("wsb_socketio_refusals_total", "Clients that Socket.IO refused, by cause.");
  for (const auto& [cause, n] : socketio_refusals_of(counters)) out.sample(n, {{"cause", cause}});
  out.gauge("wsb_socketio_recoverable", "Lost Socket.IO clients that may come back now.");
  out.sample(counters.recoverable);
  out.counter("wsb_socketio_recoveries_total", "Lost Socket.IO clients, by what became of them.");
  for (const auto& [result, n] : recoveries_of(counters)) out.sample(n, {{"result", result}});
}

void add_faults(report::PrometheusText& out, const session::FaultCounts& counts) {
  out.counter("wsb_fault_messages_total", "Messages that --fault was applied to.");
  out.sample(counts.messages);
  out.counter("wsb_faults_total", "What --fault did, by kind.");
  for (const auto& [kind, count] : faults_of(counts)) out.sample(count, {{"kind", kind}});
}

}  // namespace

std::string metrics_text(const ServeStats& stats) {
  report::PrometheusText out;
  add_clients(out, stats);
  add_messages(out, stats);
  add_socketio(out, stats.socketio);
  if (stats.faults) add_faults(out, *stats.faults);
  out.gauge("wsb_loop_lag_seconds", "How late a worker's loop was, at worst, in the last seconds.");
  for (const auto& [worker, lag] : stats.loop_lag) {
    const std::string number = std::to_string(worker);
    out.sample(lag, {{"worker", number}});
  }
  out.histogram("wsb_fanout_seconds",
                "From the reading of a message to the last send of its batch by the same worker.",
                stats.fanout, kFanoutBounds);
  return out.text();
}

}  // namespace wsb::app

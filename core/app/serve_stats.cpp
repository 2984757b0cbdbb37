#include "core/app/serve_stats.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/app/serve_losses.h"

namespace wsb::app {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const NamedCounts& counts) {
  Json json = Json::object();
  for (const auto& [name, count] : counts) json[std::string(name)] = count;
  return json;
}

Json json_of(const SocketioCounters& counters) {
  return {
      {"polling", counters.polling},
      {"websocket", counters.websocket},
      {"polls_held", counters.polls_held},
      {"sockets", counters.sockets},
      {"opened_polling", counters.opened_polling},
      {"opened_websocket", counters.opened_websocket},
      {"upgrades", counters.upgrades},
      {"polling_messages_in", counters.messages_in},
      {"polling_messages_out", counters.messages_out},
      {"polling_bytes_in", counters.bytes_in},
      {"polling_bytes_out", counters.bytes_out},
      {"refused_requests", json_of(engineio_refusals_of(counters))},
      {"refused_clients", json_of(socketio_refusals_of(counters))},
      {"closed", json_of(engineio_closes_of(counters))},
      {"recoverable", counters.recoverable},
      {"recoveries", json_of(recoveries_of(counters))},
  };
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

ServeStats add_up(const ServeCensus::Answers& answers, Duration uptime) {
  ServeStats sum;
  sum.uptime = uptime;
  sum.workers = answers.size();
  for (std::size_t worker = 0; worker < answers.size(); ++worker) {
    const auto& answer = answers[worker];
    if (!answer) {
      ++sum.silent_workers;
      continue;
    }
    sum.hub += answer->hub;
    sum.listener = sum_of(sum.listener, answer->listener);
    sum.access += answer->access;
    sum.limits += answer->limits;
    sum.socketio += answer->socketio;
    if (answer->faults) sum.faults = sum.faults.value_or(session::FaultCounts()) += *answer->faults;
    if (!answer->measures) continue;
    sum.peers += answer->measures->peers;
    sum.fanout.merge(answer->measures->fanout);
    sum.loop_lag.emplace_back(worker, answer->measures->loop_lag);
  }
  return sum;
}

NamedCounts refusals_of(const ServeStats& stats) {
  const net::ListenerStats& listener = stats.listener;
  return {
      {"handshake_failed", listener.handshake_failures},
      {"client_certificate", listener.certificates_refused},
      {"upgrade_refused", listener.upgrades_refused},
      {"protocol_error", listener.protocol_errors},
      {"message_too_large", listener.too_large},
      {"slow_reader", listener.slow_readers},
      {"keepalive_timeout", listener.keepalive_timeouts},
      {"foreign_origin", stats.access.origin},
      {"bad_credentials", stats.access.credentials},
      {"lacking_rights", stats.access.rights},
      {"access_check_busy", stats.access.busy},
      {"publishing_without_right", stats.access.publishers},
      {"server_full", stats.limits.server_full},
      {"address_full", stats.limits.address_full},
      {"idle", stats.limits.idle},
  };
}

NamedCounts faults_of(const session::FaultCounts& counts) {
  return {
      {"dropped", counts.dropped},     {"doubled", counts.doubled},
      {"reordered", counts.reordered}, {"stalled", counts.stalled},
      {"closed", counts.closed},       {"overflowed", counts.overflowed},
  };
}

std::string stats_json(const ServeStats& stats) {
  Duration lag{};
  for (const auto& [worker, worst] : stats.loop_lag) lag = std::max(lag, worst);
  const Json fanout = {
      {"batches", stats.fanout.count()},
      {"p50", seconds(stats.fanout.percentile(50))},
      {"p99", seconds(stats.fanout.percentile(99))},
      {"max", seconds(stats.fanout.max())},
  };
  Json json = {
      {"uptime_seconds", seconds(stats.uptime)},
      {"workers", stats.workers},
      {"silent_workers", stats.silent_workers},
      {"clients", stats.listener.open},
      {"event_streams", stats.listener.event_streams},
      {"accepted", stats.listener.accepted},
      {"messages", stats.peers.messages_in},
      {"deliveries", stats.hub.deliveries},
      {"messages_out", stats.peers.messages_out},
      {"bytes_in", stats.peers.wire_bytes_in},
      {"bytes_out", stats.peers.wire_bytes_out},
      {"dropped", stats.peers.dropped_messages},
      {"mailbox_refusals", stats.hub.mailbox_refusals},
      {"history_bytes", stats.hub.history_bytes},
      {"replayed", stats.hub.replayed},
      {"replay_gaps", stats.hub.gaps},
      {"forgotten_rooms", stats.hub.forgotten_rooms},
      {"backlog_bytes", stats.peers.backlog_bytes},
      {"backlogged_clients", stats.peers.backlogged},
      {"http_requests_open", stats.listener.requests_open},
      {"accept_pauses", stats.listener.accept_pauses},
      {"moved_connections", stats.listener.moved_away},
      {"rate_pauses", stats.limits.rate_pauses},
      {"refusals", json_of(refusals_of(stats))},
      {"socketio", json_of(stats.socketio)},
      {"loop_lag_seconds", seconds(lag)},
      {"fanout_seconds", fanout},
  };
  if (stats.faults) {
    Json& faults = json["faults"] = Json::object();
    faults["messages"] = stats.faults->messages;
    for (const auto& [kind, count] : faults_of(*stats.faults)) faults[std::string(kind)] = count;
  }
  return json.dump() + '\n';
}

}  // namespace wsb::app

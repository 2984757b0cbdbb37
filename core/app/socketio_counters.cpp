#include "core/app/socketio_counters.h"

namespace wsb::app {

using engineio::CloseReason;

SocketioCounters& SocketioCounters::operator+=(const SocketioCounters& other) {
  polling += other.polling;
  websocket += other.websocket;
  polls_held += other.polls_held;
  sockets += other.sockets;
  opened_polling += other.opened_polling;
  opened_websocket += other.opened_websocket;
  upgrades += other.upgrades;
  messages_in += other.messages_in;
  messages_out += other.messages_out;
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  for (std::size_t i = 0; i < closed.size(); ++i) closed[i] += other.closed[i];
  for (std::size_t i = 0; i < refused.size(); ++i) refused[i] += other.refused[i];
  refused_shutting_down += other.refused_shutting_down;
  refused_too_large += other.refused_too_large;
  invalid_namespace += other.invalid_namespace;
  unauthorized += other.unauthorized;
  too_many_namespaces += other.too_many_namespaces;
  protocol_errors += other.protocol_errors;
  connect_timeouts += other.connect_timeouts;
  recovered += other.recovered;
  recovery_unknown += other.recovery_unknown;
  recovery_gaps += other.recovery_gaps;
  recoverable += other.recoverable;
  recovery_expired += other.recovery_expired;
  recovery_forgotten += other.recovery_forgotten;
  return *this;
}

NamedCounts engineio_refusals_of(const SocketioCounters& counters) {
  return {
      {"unknown_transport", counters.refused[0]}, {"unknown_session", counters.refused[1]},
      {"bad_method", counters.refused[2]},        {"bad_request", counters.refused[3]},
      {"forbidden", counters.refused[4]},         {"unsupported_version", counters.refused[5]},
      {"too_large", counters.refused_too_large},  {"shutting_down", counters.refused_shutting_down},
  };
}

NamedCounts engineio_closes_of(const SocketioCounters& counters) {
  const auto closed = [&](CloseReason reason) {
    return counters.closed[engineio::index_of(reason)];
  };
  return {
      {"transport_close", closed(CloseReason::transport_close)},
      {"transport_error", closed(CloseReason::transport_error)},
      {"parse_error", closed(CloseReason::parse_error)},
      {"ping_timeout", closed(CloseReason::ping_timeout)},
      {"forced_close", closed(CloseReason::forced_close)},
      {"queue_full", closed(CloseReason::queue_full)},
  };
}

NamedCounts recoveries_of(const SocketioCounters& counters) {
  return {
      {"recovered", counters.recovered},
      {"unknown", counters.recovery_unknown},
      {"gap", counters.recovery_gaps},
      {"expired", counters.recovery_expired},
      {"forgotten", counters.recovery_forgotten},
  };
}

NamedCounts socketio_refusals_of(const SocketioCounters& counters) {
  return {
      {"invalid_namespace", counters.invalid_namespace},
      {"unauthorized", counters.unauthorized},
      {"too_many_namespaces", counters.too_many_namespaces},
      {"protocol_error", counters.protocol_errors},
      {"connect_timeout", counters.connect_timeouts},
  };
}

}  // namespace wsb::app

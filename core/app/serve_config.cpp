#include "core/app/serve_config.h"

#include "core/app/history_option.h"
#include "core/app/slow_consumer.h"
#include "core/base/limits.h"
#include "core/net/trusted_proxies.h"
#include "core/net/unix_socket_file.h"
#include "core/session/fault_plan.h"

namespace wsb::app {

namespace {

Error invalid(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

}  // namespace

Result<void> ServeConfig::validate() const {
  if (host.empty()) return invalid("--host must not be empty (use 0.0.0.0 for all addresses)");
  if (threads < 0 || threads > limits::kWorkers) {
    return invalid("--threads must be 0 to " + std::to_string(limits::kWorkers) + ", not " +
                   std::to_string(threads));
  }
  if (const auto mode = net::parse_file_mode(unix_mode); !mode) {
    return invalid("--unix-mode: " + mode.error().text());
  }
  if (raw && echo) return invalid("--raw and --echo exclude each other");
  if (rooms && echo) return invalid("--rooms and --echo exclude each other");
  if (certificate_file.empty() != key_file.empty()) {
    return invalid(key_file.empty() ? "--cert needs --key" : "--key needs --cert");
  }
  if (tls_self_signed && !certificate_file.empty()) {
    return invalid("--tls-self-signed and --cert exclude each other");
  }
  if (!client_ca_file.empty() && !tls()) {
    return invalid("--client-ca needs TLS (--cert, or --tls-self-signed)");
  }
  if (max_message.bytes == 0) return invalid("--max-message must be at least 1B");
  if (max_message.bytes > limits::kMaxMessageBytes) {
    return invalid("--max-message must be at most " +
                   format_byte_size({limits::kMaxMessageBytes}));
  }
  WSB_TRY(parse_slow_consumer(slow_consumer));
  if (max_backlog.bytes == 0) return invalid("--max-backlog must be at least 1B");
  WSB_TRY(parse_history(history, max_backlog));
  if (!history.empty() && (raw || echo)) {
    return invalid(std::string("--history and ") + (raw ? "--raw" : "--echo") +
                   " exclude each other: what is sent again could not be marked");
  }
  if (proxy_protocol && trust_proxy.empty()) return invalid("--proxy-protocol needs --trust-proxy");
  if (!trust_proxy.empty()) {
    const auto networks = net::parse_trusted_proxies(trust_proxy);
    if (!networks) return invalid("--trust-proxy: " + networks.error().text());
  }
  if (ping_interval > Duration::zero() && ping_timeout < ping_interval) {
    return invalid("the ping timeout must not be shorter than the ping interval");
  }
  if (!fault.empty()) {
    const auto plan = session::parse_fault_plan(fault);
    if (!plan) return invalid("--fault: " + plan.error().text());
  }
  if (fault_seed && fault.empty()) return invalid("--fault-seed needs --fault");
  WSB_TRY(limits.validate());
  if ((raw || echo) && (!socketio.namespaces.empty() || !socketio.conformance.empty())) {
    return make_error(ErrorCode::invalid_argument,
                      std::string(raw ? "--raw" : "--echo") +
                          " serves no Socket.IO: --namespace and --conformance need the envelopes");
  }
  WSB_TRY(socketio.validate());
  return access.validate();
}

std::string origin_text(std::string_view scheme, bool tls, std::string_view host,
                        std::uint16_t port) {
  std::string text(scheme);
  if (tls) text += 's';
  text += "://";
  const bool ipv6 = host.find(':') != std::string_view::npos;
  if (ipv6) text += '[';
  text += host;
  if (ipv6) text += ']';
  return text + ':' + std::to_string(port);
}

}  // namespace wsb::app

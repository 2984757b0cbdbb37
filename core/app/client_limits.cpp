#include "core/app/client_limits.h"

#include <string>
#include <utility>

#include "core/app/serve_responses.h"
#include "core/base/units.h"
#include "core/proto/ws/close_code.h"

namespace wsb::app {

namespace {

// Long enough that those who were refused are no flood, short enough to fill a place soon.
constexpr std::string_view kRetryAfterSeconds = "5";

net::HttpResponse full(int status, std::string text) {
  net::HttpResponse response = text_response(status, std::move(text));
  response.headers.add("Retry-After", std::string(kRetryAfterSeconds));
  return response;
}

}  // namespace

ClientLimits::ClientLimits(net::Loop& loop, ClientSlots& slots, const LimitsConfig& config)
    : slots_(slots) {
  if (!config.rate.empty()) rate_.emplace(loop, holds_, parse_rate_limit(config.rate).value());
  if (config.idle_timeout == Duration::zero()) return;
  const std::string reason = "no message for " + format_duration(config.idle_timeout);
  idle_.emplace(loop, config.idle_timeout, [this, reason](net::Connection& connection) {
    ++counters_.idle;
    connection.close(ws::to_number(ws::CloseCode::going_away), reason);
  });
}

std::variant<ClientLimits::SlotRef, net::HttpResponse> ClientLimits::take_slot(
    std::string_view remote) {
  auto taken = slots_.take(remote);
  if (auto* slot = std::get_if<ClientSlots::Slot>(&taken)) {
    return std::make_shared<ClientSlots::Slot>(std::move(*slot));
  }
  if (std::get<ClientSlots::Refusal>(taken) == ClientSlots::Refusal::server_full) {
    ++counters_.server_full;
    return full(503, "the server has as many clients as it takes\n");
  }
  ++counters_.address_full;
  return full(429, "too many clients from your address\n");
}

void ClientLimits::opened(net::Connection& connection) {
  if (rate_) rate_->opened(connection);
  if (idle_) idle_->opened(connection);
}

void ClientLimits::closed(net::ConnectionId id) {
  if (rate_) rate_->closed(id);
  if (idle_) idle_->closed(id);
  holds_.forget(id);
}

LimitCounters ClientLimits::counters() const {
  LimitCounters counters = counters_;
  if (rate_) counters.rate_pauses = rate_->pauses();
  return counters;
}

}  // namespace wsb::app

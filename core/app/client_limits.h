#pragma once

// The limits of the clients of one worker: whether there is a place for one more, how fast each may
// send, how long it may say and hear nothing. Counts whom it refuses and closes. Owned by a
// ServeWorker, on its loop's thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "core/app/client_slots.h"
#include "core/app/idle_watch.h"
#include "core/app/limits_config.h"
#include "core/app/rate_keeper.h"
#include "core/app/reading_holds.h"
#include "core/net/http.h"

namespace wsb::app {

// Since the worker started. Value type.
struct LimitCounters {
  std::uint64_t server_full = 0;   // handshakes answered 503
  std::uint64_t address_full = 0;  // handshakes answered 429
  std::uint64_t idle = 0;          // clients closed with 1001
  std::uint64_t rate_pauses = 0;   // how often a client that sent too fast was not read from

  LimitCounters& operator+=(const LimitCounters& other) {
    server_full += other.server_full;
    address_full += other.address_full;
    idle += other.idle;
    rate_pauses += other.rate_pauses;
    return *this;
  }
  bool operator==(const LimitCounters&) const = default;
};

class ClientLimits {
 public:
  // `slots` is shared by all workers. All outlive it.
  ClientLimits(net::Loop& loop, ClientSlots& slots, const LimitsConfig& config);
  ClientLimits(const ClientLimits&) = delete;
  ClientLimits& operator=(const ClientLimits&) = delete;

  using SlotRef = std::shared_ptr<ClientSlots::Slot>;
  // A place for one more, or the answer to its handshake. `remote` as in HandshakeRequest.
  [[nodiscard]] std::variant<SlotRef, net::HttpResponse> take_slot(std::string_view remote);

  void opened(net::Connection& connection);
  void spoken(net::Connection& connection) {
    if (rate_) rate_->spoken(connection);
  }
  void closed(net::ConnectionId id);

  // For others who have a reason not to read from a client.
  [[nodiscard]] ReadingHolds& holds() { return holds_; }
  [[nodiscard]] LimitCounters counters() const;

 private:
  ClientSlots& slots_;
  LimitCounters counters_;  // but for the pauses
  ReadingHolds holds_;
  std::optional<RateKeeper> rate_;
  std::optional<IdleWatch> idle_;
};

}  // namespace wsb::app

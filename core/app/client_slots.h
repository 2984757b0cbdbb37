#pragma once

// How many WebSocket clients there may be, of the whole server and of one address. A place is taken
// in the handshake and given back when the client leaves, or when it never comes. Shared by all
// workers, any thread; outlives its places.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "core/base/ip_address.h"

namespace wsb::app {

class ClientSlots {
 public:
  enum class Refusal {
    server_full,
    address_full,
  };

  // A place; given back once, with give_back() or its end.
  class Slot {
   public:
    Slot(ClientSlots& home, std::optional<IpAddress> address) : home_(&home), address_(address) {}
    ~Slot() { give_back(); }
    Slot(Slot&& other) noexcept
        : home_(std::exchange(other.home_, nullptr)), address_(other.address_) {}
    Slot& operator=(Slot&&) = delete;

    void give_back();

   private:
    ClientSlots* home_;  // nullptr: given back
    const std::optional<IpAddress> address_;
  };

  // 0: as many as want.
  ClientSlots(std::uint64_t most, std::uint64_t most_per_address)
      : most_(most), most_per_address_(most_per_address) {}
  ClientSlots(const ClientSlots&) = delete;
  ClientSlots& operator=(const ClientSlots&) = delete;

  // `remote` as in HandshakeRequest. A /64 of IPv6 counts as one address; a client without any
  // counts for the whole server alone.
  [[nodiscard]] std::variant<Slot, Refusal> take(std::string_view remote);
  [[nodiscard]] std::uint64_t taken() const { return taken_.load(); }

 private:
  [[nodiscard]] bool take_one();
  [[nodiscard]] bool take_of(const IpAddress& address);
  void give_back(const std::optional<IpAddress>& address);

  const std::uint64_t most_;
  const std::uint64_t most_per_address_;
  std::atomic<std::uint64_t> taken_ = 0;
  std::mutex mutex_;
  std::map<IpAddress, std::uint64_t> taken_of_;  // only of those that have any
};

}  // namespace wsb::app

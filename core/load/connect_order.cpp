#include "core/load/connect_order.h"

#include "core/base/check.h"

namespace wsb::load {

ConnectOrder connect_order(std::size_t publishers, std::size_t clients, std::size_t canaries,
                           std::size_t receiver_loops) {
  WSB_CHECK(receiver_loops > 0);
  ConnectOrder order;
  order.clients.resize(receiver_loops);
  std::uint32_t position = 0;
  while (order.publishers.size() < publishers) order.publishers.push_back(position++);
  const std::size_t receivers = clients + canaries;
  std::size_t client = 0;
  for (std::size_t i = 0; i < receivers; ++i, ++position) {
    // The middle of its share of the order is each canary's place.
    const bool canary = order.canaries.size() < canaries &&
                        (2 * order.canaries.size() + 1) * receivers <= (2 * i + 1) * canaries;
    if (canary) {
      order.canaries.push_back(position);
    } else {
      order.clients[client++ % receiver_loops].push_back(position);
    }
  }
  WSB_CHECK(order.canaries.size() == canaries && client == clients);
  return order;
}

}  // namespace wsb::load

#pragma once

// In which order the connections of a run are made: the publishers, then the clients with the
// canaries spread evenly among them, because servers send to connections in the order in which they
// came. Pure function, any thread.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wsb::load {

// Positions in the order of all connections, from 0.
struct ConnectOrder {
  std::vector<std::uint32_t> publishers;
  std::vector<std::uint32_t> canaries;
  std::vector<std::vector<std::uint32_t>> clients;  // by receiver loop, dealt out in turn
};

[[nodiscard]] ConnectOrder connect_order(std::size_t publishers, std::size_t clients,
                                         std::size_t canaries, std::size_t receiver_loops);

}  // namespace wsb::load

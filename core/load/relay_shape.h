#pragma once

// To whom the server relays a message, judged from the probe: how many copies of each probe message
// came to the receivers and how many back to its sender. Pure functions, any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wsb::load {

inline constexpr std::size_t kProbeMessages = 5;

enum class RelayShape {
  none,    // nobody got anything
  others,  // everyone but the sender
  all,     // everyone, the sender included
  self,    // the sender alone: an echo server
};
[[nodiscard]] std::string_view to_string(RelayShape shape);

struct ProbeCopies {
  std::array<std::uint64_t, kProbeMessages> receivers{};  // copies at all receivers together
  std::array<std::uint64_t, kProbeMessages> self{};       // copies back at the sender
  std::size_t receiver_count = 0;
};

// By majority of the probe messages, so that one lost or doubled copy does not decide.
[[nodiscard]] RelayShape relay_shape(const ProbeCopies& copies);

// True when each probe message came to each receiver exactly once, or, at an echo server, back
// once.
[[nodiscard]] bool probe_agrees(const ProbeCopies& copies);

// To whom, and what to expect: "to everyone but the sender: 999 deliveries per message".
[[nodiscard]] std::string describe(RelayShape shape, std::size_t receivers);

}  // namespace wsb::load

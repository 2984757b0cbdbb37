#include "core/load/relay_shape.h"

#include <algorithm>

#include "core/base/text.h"

namespace wsb::load {
namespace {

// True when more than half of the probe messages have at least `least` copies.
bool most(const std::array<std::uint64_t, kProbeMessages>& copies, std::uint64_t least) {
  const auto enough = std::count_if(copies.begin(), copies.end(),
                                    [least](std::uint64_t count) { return count >= least; });
  return static_cast<std::size_t>(enough) * 2 > kProbeMessages;
}

bool every(const std::array<std::uint64_t, kProbeMessages>& copies, std::uint64_t count) {
  return std::all_of(copies.begin(), copies.end(),
                     [count](std::uint64_t each) { return each == count; });
}

}  // namespace

std::string_view to_string(RelayShape shape) {
  switch (shape) {
    case RelayShape::none: return "none";
    case RelayShape::others: return "others";
    case RelayShape::all: return "all";
    case RelayShape::self: return "self";
  }
  return "";
}

RelayShape relay_shape(const ProbeCopies& copies) {
  const bool to_self = most(copies.self, 1);
  if (most(copies.receivers, 1)) return to_self ? RelayShape::all : RelayShape::others;
  return to_self ? RelayShape::self : RelayShape::none;
}

bool probe_agrees(const ProbeCopies& copies) {
  switch (relay_shape(copies)) {
    case RelayShape::none: return false;
    case RelayShape::others:
      return every(copies.receivers, copies.receiver_count) && every(copies.self, 0);
    case RelayShape::all:
      return every(copies.receivers, copies.receiver_count) && every(copies.self, 1);
    case RelayShape::self: return every(copies.receivers, 0) && every(copies.self, 1);
  }
  return false;
}

std::string describe(RelayShape shape, std::size_t receivers) {
  const auto deliveries =
      with_thousands(receivers) + (receivers == 1 ? " delivery" : " deliveries") + " per message";
  switch (shape) {
    case RelayShape::none: return "to nobody";
    case RelayShape::others: return "to everyone but the sender: " + deliveries;
    case RelayShape::all: return "to everyone, the sender included: " + deliveries + ", one back";
    case RelayShape::self: return "back to the sender alone: one reply per message";
  }
  return "";
}

}  // namespace wsb::load

#include "core/app/reading_holds.h"

namespace wsb::app {

namespace {

constexpr std::uint8_t bit(ReadingHolds::Reason reason) {
  return static_cast<std::uint8_t>(reason);
}

}  // namespace

void ReadingHolds::hold(net::Connection& connection, Reason reason) {
  const std::size_t slot = connection.id().slot;
  if (slot >= reasons_.size()) reasons_.resize(slot + 1);
  const bool first = reasons_[slot] == 0;
  reasons_[slot] = static_cast<std::uint8_t>(reasons_[slot] | bit(reason));
  if (first) connection.pause_reading();
}

void ReadingHolds::release(net::Connection& connection, Reason reason) {
  const net::ConnectionId id = connection.id();
  if (!held(id, reason)) return;
  reasons_[id.slot] = static_cast<std::uint8_t>(reasons_[id.slot] & ~bit(reason));
  if (reasons_[id.slot] == 0) connection.resume_reading();
}

void ReadingHolds::forget(net::ConnectionId id) {
  if (id.slot < reasons_.size()) reasons_[id.slot] = 0;
}

bool ReadingHolds::held(net::ConnectionId id, Reason reason) const {
  return id.slot < reasons_.size() && (reasons_[id.slot] & bit(reason)) != 0;
}

}  // namespace wsb::app

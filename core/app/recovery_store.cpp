#include "core/app/recovery_store.h"

#include <utility>

namespace wsb::app {
namespace {

// Of what a socket that is waiting for costs, the part that a client can make larger.
std::size_t bytes_of(const std::string& pid, const RecoverySocket& socket) {
  std::size_t bytes = pid.size() + socket.nsp.size() + socket.sid.size();
  for (const std::string& room : socket.rooms) bytes += sizeof(std::string) + room.size();
  return bytes;
}

}  // namespace

void RecoveryStore::connected(const std::string& pid, std::string_view nsp, Place place) {
  const std::scoped_lock lock(mutex_);
  erase(pid);
  known_.emplace(pid, Connected{std::string(nsp), place});
}

void RecoveryStore::lost(const std::string& pid, RecoverySocket socket, TimePoint now) {
  const std::scoped_lock lock(mutex_);
  erase(pid);
  drop_expired(now);
  const std::size_t bytes = bytes_of(pid, socket);
  lost_.push_back({pid, std::move(socket), now + window_, bytes});
  bytes_ += bytes;
  known_.emplace(pid, std::prev(lost_.end()));
  while (lost_.size() > limits_.sockets || bytes_ > limits_.bytes) {
    ++counters_.forgotten;
    drop_front();
  }
}

void RecoveryStore::gone(const std::string& pid) {
  const std::scoped_lock lock(mutex_);
  erase(pid);
}

RecoveryStore::Found RecoveryStore::take(const std::string& pid, std::string_view nsp,
                                         TimePoint now) {
  const std::scoped_lock lock(mutex_);
  drop_expired(now);
  const auto known = known_.find(pid);
  if (known == known_.end()) return std::monostate();
  if (const auto* connected = std::get_if<Connected>(&known->second)) {
    if (connected->nsp != nsp) return std::monostate();
    return connected->place;
  }
  const auto lost = std::get<std::list<Lost>::iterator>(known->second);
  if (lost->socket.nsp != nsp) return std::monostate();
  RecoverySocket socket = std::move(lost->socket);
  erase(pid);
  return socket;
}

RecoveryCounters RecoveryStore::counters(TimePoint now) {
  const std::scoped_lock lock(mutex_);
  drop_expired(now);
  RecoveryCounters counters = counters_;
  counters.waiting = lost_.size();
  return counters;
}

void RecoveryStore::erase(const std::string& pid) {
  const auto known = known_.find(pid);
  if (known == known_.end()) return;
  if (const auto* lost = std::get_if<std::list<Lost>::iterator>(&known->second)) {
    bytes_ -= (*lost)->bytes;
    lost_.erase(*lost);
  }
  known_.erase(known);
}

void RecoveryStore::drop_front() {
  const std::string pid = lost_.front().pid;
  erase(pid);
}

void RecoveryStore::drop_expired(TimePoint now) {
  while (!lost_.empty() && lost_.front().until <= now) {
    ++counters_.expired;
    drop_front();
  }
}

}  // namespace wsb::app

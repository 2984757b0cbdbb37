#include "core/net/lws/resolver.h"

#include <netdb.h>

#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

namespace wsb::net {
namespace {

constexpr Duration kKeptFor = std::chrono::seconds(5);

using Answer = Result<std::vector<SocketAddress>>;

Error resolve_error(const std::string& host, const std::string& why) {
  return make_error(ErrorCode::resolve, "cannot resolve '" + host + "': " + why);
}

Answer look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int status = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (status != 0) {
    const int why = status == EAI_SYSTEM ? errno : 0;
    Error error = make_errno_error(ErrorCode::resolve, "cannot resolve '" + host + "'", why);
    if (why == 0) error = resolve_error(host, gai_strerror(status));
    return error;
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    addresses.push_back(SocketAddress::copy_of(each->ai_addr, each->ai_addrlen));
  }
  freeaddrinfo(list);
  alternate_families(addresses);
  return addresses;
}

}  // namespace

// The thread may outlive the resolver and the loop: it reaches them through here, under the lock.
struct Resolver::Line {
  std::mutex mutex;
  Resolver* resolver = nullptr;  // null: gone
  bool lost = false;             // the loop was flooded and refused the result
};

Resolver::~Resolver() {
  for (auto& [host, lookup] : lookups_) {
    if (!lookup.line) continue;
    const std::lock_guard lock(lookup.line->mutex);
    lookup.line->resolver = nullptr;
  }
}

Resolver::Ticket Resolver::resolve(const std::string& host, std::uint16_t port, Done done) {
  Lookup& lookup = lookups_[host];
  const bool stale = lookup.result && lookup.expires <= loop_.now();
  if (stale && lookup.waiters.empty()) lookup.result.reset();
  lookup.waiters.push_back({++tickets_, port, std::move(done)});
  if (lookup.result) {
    loop_.schedule(loop_.now(), [this, host] { answer(host); });
  } else if (!lookup.line || is_lost(*lookup.line)) {
    start(host, lookup);
  }
  return {tickets_};
}

bool Resolver::is_lost(Line& line) {
  const std::lock_guard lock(line.mutex);
  return line.lost;
}

void Resolver::forget(Ticket ticket) {
  for (auto& [host, lookup] : lookups_) {
    std::erase_if(lookup.waiters,
                  [ticket](const Waiter& waiter) { return waiter.ticket == ticket.value; });
  }
}

void Resolver::start(const std::string& host, Lookup& lookup) {
  lookup.line = std::make_shared<Line>();
  lookup.line->resolver = this;
  const auto work = [line = lookup.line, host] {
    Answer result = look_up(host);
    const std::lock_guard lock(line->mutex);
    Resolver* resolver = line->resolver;
    if (resolver == nullptr) return;
    // Refused only by a loop that has ended or is flooded; then the deadline of the connect speaks,
    // and whoever asks next begins anew.
    line->lost = !resolver->loop_.post([resolver, line, host, result = std::move(result)] {
      if (line->resolver != nullptr) resolver->finished(host, result);
    });
  };
  try {
    std::thread(work).detach();
  } catch (const std::system_error& error) {
    const Error failure = resolve_error(host, error.what());
    loop_.schedule(loop_.now(), [this, host, failure] { finished(host, failure); });
  }
}

void Resolver::finished(const std::string& host, Answer result) {
  Lookup& lookup = lookups_[host];
  lookup.line.reset();
  lookup.expires = result ? loop_.now() + kKeptFor : loop_.now();
  lookup.result = std::move(result);
  answer(host);
}

void Resolver::answer(const std::string& host) {
  const auto found = lookups_.find(host);
  if (found == lookups_.end() || !found->second.result) return;
  Lookup& lookup = found->second;
  Answer result = *lookup.result;
  // One at a time: a call may forget others, or ask again.
  std::size_t left = lookup.waiters.size();
  while (left-- > 0 && !lookup.waiters.empty()) {
    const Waiter waiter = std::move(lookup.waiters.front());
    lookup.waiters.erase(lookup.waiters.begin());
    if (result) {
      for (SocketAddress& address : *result) address.set_port(waiter.port);
    }
    waiter.done(result);
  }
  if (!lookup.waiters.empty()) loop_.schedule(loop_.now(), [this, host] { answer(host); });
}

}  // namespace wsb::net

#include "tests/support/fake_net.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "core/base/check.h"
#include "tests/support/fake_listener.h"

namespace wsb::net {
namespace {

FakeLoop& fake(Loop& loop) {
  auto* out = dynamic_cast<FakeLoop*>(&loop);
  WSB_CHECK(out != nullptr);
  return *out;
}

}  // namespace

FakeRuntime::FakeRuntime(FakeOptions options)
    : options_(options),
      random_(options.seed),
      on_the_way_(std::make_shared<std::size_t>(0)) {}

FakeRuntime::~FakeRuntime() { WSB_CHECK(loops_.empty()); }

Result<std::unique_ptr<Loop>> FakeRuntime::make_loop() {
  auto loop = std::make_unique<FakeLoop>(*this, random_, loops_made_++);
  loops_.push_back(loop.get());
  return std::unique_ptr<Loop>(std::move(loop));
}

void FakeRuntime::forget(FakeLoop& loop) { std::erase(loops_, &loop); }

Result<std::vector<ListenSocket>> FakeRuntime::open_listen_sockets(const std::string& host,
                                                                   std::uint16_t port, int count) {
  if (port == 0) port = next_port_++;
  if (!ports_taken_.insert(port).second) {
    return make_errno_error(ErrorCode::bind,
                            "cannot listen on " + host + ":" + std::to_string(port), EADDRINUSE);
  }
  std::vector<ListenSocket> sockets;
  for (int i = 0; i < count; ++i) sockets.emplace_back(-1, host, port);
  return sockets;
}

Result<std::unique_ptr<Listener>> FakeRuntime::listen(Loop& loop, ListenSocket socket,
                                                      const ListenConfig& config,
                                                      ConnectionHandler& connections,
                                                      HttpHandler& http) {
  return std::unique_ptr<Listener>(std::make_unique<FakeListener>(
      *this, fake(loop), FakeListener::Config{config, socket.port()}, connections, http));
}

void FakeRuntime::add_listener(std::uint16_t port, FakeListener& listener) {
  listeners_[port].push_back(&listener);
}

void FakeRuntime::remove_listener(std::uint16_t port, FakeListener& listener) {
  std::vector<FakeListener*>& all = listeners_[port];
  std::erase(all, &listener);
  if (all.empty()) ports_taken_.erase(port);
}

void FakeRuntime::listen_raw(Loop& loop, std::uint16_t port, RawAccept accept) {
  raw_listeners_[port] = {&fake(loop), std::move(accept)};
}

std::unique_ptr<ByteStream> FakeRuntime::make_stream(Loop& loop, const http::Url& url) {
  return std::make_unique<FakeStream>(*this, fake(loop), url);
}

Connection& FakeRuntime::connect(Loop& loop, const ConnectConfig& config,
                                 ConnectionHandler& handler) {
  auto stream = std::make_unique<FakeStream>(*this, fake(loop), config.url);
  FakeStream* end = stream.get();
  Connection& connection = fake(loop).clients().connect(config, handler, std::move(stream));
  client_streams_[end] = {&loop, connection.id()};
  return connection;
}

FakeLink* FakeRuntime::link_of(const Connection& client) {
  for (const auto& [stream, owner] : client_streams_) {
    if (owner.second == client.id()) return stream->link();
  }
  return nullptr;
}

// The listeners of one port take turns, as SO_REUSEPORT would have it.
bool FakeRuntime::dial(FakeStream& stream) {
  const std::uint16_t port = stream.url_.port;
  const auto raw = raw_listeners_.find(port);
  std::vector<FakeListener*> accepting;
  for (FakeListener* listener : listeners_[port]) {
    if (listener->accepting()) accepting.push_back(listener);
  }
  if (accepting.empty() && raw == raw_listeners_.end()) return false;
  auto link = std::make_shared<FakeLink>(*this, options_.link, next_client_port_++, port);
  if (accepting.empty()) {
    FakeLoop& loop = *raw->second.loop;
    auto server_end = std::make_unique<FakeStream>(*this, loop, link);
    plan_faults(*link, loop);
    raw->second.accept(std::move(server_end));
  } else {
    FakeListener& listener = *accepting[dials_++ % accepting.size()];
    auto server_end = std::make_unique<FakeStream>(*this, listener.loop(), link);
    plan_faults(*link, listener.loop());
    listener.accept(std::move(server_end));
  }
  stream.connected(std::move(link));
  return true;
}

void FakeRuntime::plan_faults(FakeLink& link, FakeLoop& loop) {
  const FaultPlan& plan = options_.faults;
  const auto some_time = [&] {
    return now_ + Duration(static_cast<std::int64_t>(random_.next_fraction() *
                                                     static_cast<double>(plan.within.count())));
  };
  const std::shared_ptr<FakeLink> kept = link.shared_from_this();
  if (plan.small_reads) link.set_read_bytes(1 + random_.next_below(64));
  if (random_.next_fraction() < plan.drop_probability) {
    loop.schedule(some_time(), [kept] { kept->drop(); });
  }
  if (random_.next_fraction() < plan.stall_probability) {
    const TimePoint from = some_time();
    loop.schedule(from, [kept] { kept->stall(); });
    loop.schedule(from + plan.stall_for, [kept] { kept->resume(); });
  }
}

// Counts the action as on its way for as long as it exists: until it ran or was cancelled.
TimerId FakeRuntime::on_network(FakeLoop& loop, TimePoint when, std::function<void()> action) {
  ++*on_the_way_;
  const std::shared_ptr<void> token(nullptr, [count = on_the_way_](void*) { --*count; });
  return loop.schedule(when, [token, action = std::move(action)] { action(); });
}

bool FakeRuntime::step() { return step_until(TimePoint::max()); }

bool FakeRuntime::step_until(TimePoint limit) {
  std::optional<TimePoint> next;
  for (FakeLoop* loop : loops_) {
    const std::optional<TimePoint> event = loop->next_event();
    if (event && (!next || *event < *next)) next = event;
  }
  if (!next || *next > limit) return false;
  now_ = std::max(now_, *next);
  const std::vector<FakeLoop*> loops = loops_;  // a turn may make or end one
  for (FakeLoop* loop : loops) {
    if (std::find(loops_.begin(), loops_.end(), loop) == loops_.end()) continue;
    const std::optional<TimePoint> event = loop->next_event();
    if (event && *event <= now_) loop->turn();
  }
  return true;
}

// What a test did outside of any turn, such as a send, is taken up by a turn of its own.
void FakeRuntime::turn_all() {
  const std::vector<FakeLoop*> loops = loops_;
  for (FakeLoop* loop : loops) loop->turn();
}

void FakeRuntime::run_until_idle() {
  turn_all();
  while (step_until(now_) || (*on_the_way_ != 0 && step())) {
  }
}

void FakeRuntime::advance(Duration time) {
  turn_all();
  const TimePoint end = now_ + time;
  while (step_until(end)) {
  }
  now_ = end;
}

bool FakeRuntime::run_until(const std::function<bool()>& done, Duration limit) {
  if (done()) return true;
  turn_all();
  const TimePoint end = now_ + limit;
  while (!done()) {
    if (!step_until(end)) {
      now_ = end;
      return done();
    }
  }
  return true;
}

}  // namespace wsb::net

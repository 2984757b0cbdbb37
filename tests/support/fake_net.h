#pragma once

// The network on virtual time: a net::Runtime whose loops share one clock that tests turn, whose
// connections are pipes within the process (fake_link.h). Servers are the real ServerPool, clients
// the real ClientConnection. Single-threaded; the same seed gives the same run.
//
//   FakeRuntime network;
//   auto loop = network.make_loop().value();
//   ... listen(), connect() ...
//   network.run_until_idle();

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/net/runtime.h"
#include "tests/support/fake_link.h"
#include "tests/support/fake_loop.h"

namespace wsb::net {

class FakeListener;

// What goes wrong by chance, drawn anew for each connection.
struct FaultPlan {
  double drop_probability = 0;   // TCP breaks at a random time within `within`
  double stall_probability = 0;  // nothing arrives for `stall_for`, from a random time on
  Duration within = std::chrono::seconds(1);
  Duration stall_for = std::chrono::milliseconds(500);
  bool small_reads = false;      // reads are cut at random sizes from 1 to 64 bytes
};

struct FakeOptions {
  LinkOptions link;
  Duration dns_delay{};
  FaultPlan faults;
  std::uint64_t seed = 1;
};

class FakeRuntime final : public Runtime {
 public:
  // A host whose addresses answer nothing. Hosts in .invalid do not resolve; all others are this
  // machine.
  static constexpr std::string_view kBlackHole = "blackhole.test";

  explicit FakeRuntime(FakeOptions options = {});
  ~FakeRuntime() override;

  [[nodiscard]] Result<std::unique_ptr<Loop>> make_loop() override;
  [[nodiscard]] Result<std::vector<ListenSocket>> open_listen_sockets(const std::string& host,
                                                                      std::uint16_t port,
                                                                      int count) override;
  [[nodiscard]] Result<std::unique_ptr<Listener>> listen(Loop& loop, ListenSocket socket,
                                                         const ListenConfig& config,
                                                         ConnectionHandler& connections,
                                                         HttpHandler& http) override;
  Connection& connect(Loop& loop, const ConnectConfig& config, ConnectionHandler& handler) override;

  [[nodiscard]] TimePoint now() const { return now_; }
  // Turns every loop that has something due at the next point in time when one has. False: nothing
  // will ever happen.
  bool step();
  // Until nothing is due and nothing is on its way. Timers of the future fire only as far as time
  // goes on for what is on its way.
  void run_until_idle();
  void advance(Duration time);
  // False when `limit` of virtual time passed first.
  [[nodiscard]] bool run_until(const std::function<bool()>& done,
                               Duration limit = std::chrono::seconds(60));

  // For connections opened from now on.
  [[nodiscard]] FakeOptions& options() { return options_; }
  // The link of a client's connection; nullptr when it is not connected, or no more.
  [[nodiscard]] FakeLink* link_of(const Connection& client);
  // An end of bare bytes, for tests that speak for themselves: start() it.
  [[nodiscard]] std::unique_ptr<ByteStream> make_stream(Loop& loop, const http::Url& url);
  // Accepts bare connections: the test speaks the server's part.
  using RawAccept = std::function<void(std::unique_ptr<ByteStream>)>;
  void listen_raw(Loop& loop, std::uint16_t port, RawAccept accept);

  // For the fake network itself.
  TimerId on_network(FakeLoop& loop, TimePoint when, std::function<void()> action);
  bool dial(FakeStream& stream);
  void add_listener(std::uint16_t port, FakeListener& listener);
  void remove_listener(std::uint16_t port, FakeListener& listener);
  void forget(FakeLoop& loop);
  void forget(FakeStream& stream) { client_streams_.erase(&stream); }
  [[nodiscard]] FakeRandom& random() { return random_; }

 private:
  struct RawListener {
    FakeLoop* loop;
    RawAccept accept;
  };
  bool step_until(TimePoint limit);
  void turn_all();
  void plan_faults(FakeLink& link, FakeLoop& loop);

  FakeOptions options_;
  FakeRandom random_;
  TimePoint now_{std::chrono::hours(1)};
  std::vector<FakeLoop*> loops_;
  std::uint32_t loops_made_ = 0;
  std::map<std::uint16_t, std::vector<FakeListener*>> listeners_;
  std::map<std::uint16_t, RawListener> raw_listeners_;
  std::set<std::uint16_t> ports_taken_;
  std::map<FakeStream*, std::pair<const Loop*, ConnectionId>> client_streams_;
  std::shared_ptr<std::size_t> on_the_way_;
  std::size_t dials_ = 0;
  std::uint16_t next_port_ = 40000;
  std::uint16_t next_client_port_ = 50000;
};

}  // namespace wsb::net

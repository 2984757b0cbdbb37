#pragma once

// What every network promises, fake or real: one suite (net_contract*.cpp, linked into tests/sim
// and tests/e2e) written against this. The test's thread and the loop take turns: outside on_loop()
// and run_until() nothing moves, so a test reads what its handlers recorded without locks.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/net/runtime.h"
#include "tests/support/recorder.h"

namespace wsb::net {

class NetworkUnderTest {
 public:
  virtual ~NetworkUnderTest() = default;
  [[nodiscard]] virtual Runtime& runtime() = 0;
  [[nodiscard]] virtual Loop& loop() = 0;
  // On the loop's thread.
  virtual void on_loop(const std::function<void()>& action) = 0;
  // False when `limit` passed first.
  [[nodiscard]] virtual bool run_until(const std::function<bool()>& done,
                                       Duration limit = std::chrono::seconds(10)) = 0;
  // Lets a little time pass, in which something would happen if it were to.
  virtual void settle() = 0;
  // Ends the loop: run() has returned.
  virtual void stop_loop() = 0;
  // A port where TCP is accepted and nothing is ever answered; one where nobody listens.
  [[nodiscard]] virtual std::uint16_t silent_port() = 0;
  [[nodiscard]] virtual std::uint16_t closed_port() = 0;
};

// Defined by the suite that links the contract.
[[nodiscard]] std::unique_ptr<NetworkUnderTest> make_network_under_test();

class HelloHttp final : public HttpHandler {
 public:
  void on_request(std::shared_ptr<HttpExchange> exchange) override;
};

// A network with a server on it.
struct Stage {
  explicit Stage(const ListenConfig& config = {});
  ~Stage();

  [[nodiscard]] ConnectConfig config(const std::string& target = "/") const;
  // Connects and waits until both sides are open; the client's Peer.
  Peer& open_client(const ConnectConfig& config);
  Peer& open_client() { return open_client(config()); }
  // Connects and waits for on_close.
  Peer& fail_client(const ConnectConfig& config);
  void send(const Peer& from, ws::Opcode opcode, BytesView payload);
  void on_loop(const std::function<void()>& action) { network->on_loop(action); }
  [[nodiscard]] bool run_until(const std::function<bool()>& done) {
    return network->run_until(done);
  }

  std::unique_ptr<NetworkUnderTest> network;
  Recorder server;
  Recorder clients;
  HelloHttp http;
  std::unique_ptr<Listener> listener;
  std::uint16_t port = 0;
};

}  // namespace wsb::net

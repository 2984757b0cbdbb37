#pragma once

// The plain clients of one worker: greets them, passes what they say to the hub, or sends it back
// in echo mode, and tells them when the server goes. Those who only listen, to a stream of events,
// get the same messages without a greeting. Owned by a ServeWorker, on its thread.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/app/access_gate.h"
#include "core/app/client_limits.h"
#include "core/app/serve_faults.h"
#include "core/app/spread_close.h"
#include "core/base/log.h"
#include "core/hub/shard.h"
#include "core/net/connection_handler.h"
#include "core/net/loop.h"

namespace wsb::app {

enum class ServeMode {
  broadcast,  // in envelopes, with a welcome
  raw,        // verbatim
  echo,       // back to the sender alone
};

struct ServePeersOptions {
  ServeMode mode = ServeMode::broadcast;
  bool room_commands = false;  // clients join and leave rooms by messages
  AccessGate* gate = nullptr;      // nullptr: everybody may all
  ServeFaults* faults = nullptr;   // nullptr: none
};

class ServePeers final : public net::ConnectionHandler {
 public:
  // `shard` is for the mode's Encoding; in echo mode it is not used. All outlive it.
  ServePeers(const ServePeersOptions& options, net::Loop& loop, hub::Shard& shard,
             ClientLimits& limits, Log& log);
  ~ServePeers() override;
  ServePeers(const ServePeers&) = delete;
  ServePeers& operator=(const ServePeers&) = delete;

  // What a stream of events of these rooms is opened with, or why it is not.
  using AdmissionRef = std::shared_ptr<const Admission>;
  [[nodiscard]] std::variant<AdmissionRef, net::HttpResponse> admit_stream(
      std::string_view query, std::string_view remote, const AccessGrant& grant);
  // Further handshakes and streams are answered 503.
  void refuse_further() { refusing_ = true; }
  // Closes all with 1001, spread over a part of `window`, and calls `gone` when the last one has
  // ended, perhaps at once. After refuse_further().
  void close_all(Duration window, std::function<void()> gone);
  [[nodiscard]] std::size_t open() const { return open_; }

  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override;
  void on_failed_tls(const Error& why) override;
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection& connection, BytesView payload) override;
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;

 private:
  struct Peer {
    net::Connection* connection = nullptr;  // nullptr: none
    net::Connection* out = nullptr;         // what others say goes here, perhaps with faults
    hub::RoomsRef rooms;
  };

  [[nodiscard]] std::optional<net::HttpResponse> refuse_rooms(const Result<hub::RoomsRef>& rooms,
                                                              std::string_view query) const;
  // What a handshake asks for, kept for as long as it is being judged.
  struct Wish {
    hub::RoomsRef rooms;
    std::string subprotocol;
    std::string remote;
  };
  [[nodiscard]] net::HandshakeDecision decide(AccessVerdict verdict, const Wish& wish);
  // False: it is an ordinary message.
  [[nodiscard]] bool obey(Peer& peer, BytesView text);
  void refuse_message(net::Connection& connection, std::string_view why);
  void echo(net::Connection& connection, const ws::Message& message);
  void resume_drained();

  const ServeMode mode_;
  net::Loop& loop_;
  hub::Shard& shard_;
  ClientLimits& limits_;
  Log& log_;
  const bool room_commands_;
  AccessGate* const gate_;
  ServeFaults* const faults_;
  std::vector<Peer> peers_;  // by slot
  std::size_t open_ = 0;
  bool refusing_ = false;
  std::function<void()> gone_;
  SpreadClose closing_;
  std::vector<net::ConnectionId> paused_;  // echo mode: they send faster than they read
  net::TimerId resume_timer_;
};

// "client 127.0.0.1:50312 connected as 'alice' with the certificate 'CN=alice'"
[[nodiscard]] std::string describe_connect(const net::ConnectionInfo& info,
                                           const AccessGrant& grant);
// "client 127.0.0.1:50312 disconnected: 1000 normal closure, 3 messages in, 12 out"
[[nodiscard]] std::string describe_disconnect(std::string_view remote, const net::CloseInfo& close,
                                              const net::ConnectionStats& stats);
// "client 127.0.0.1:50312 listens no more: it has gone, 12 messages out"
[[nodiscard]] std::string describe_stream_end(std::string_view remote, const net::CloseInfo& close,
                                              const net::ConnectionStats& stats);

}  // namespace wsb::app

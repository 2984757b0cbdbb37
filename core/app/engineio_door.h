#pragma once

// The way in for Engine.IO clients of one worker, and the table of their sessions: judges requests
// under its path and gives each to the session that it names, opens sessions, and ends all of them
// when the server goes. A session's id says which worker has it, so that every worker can tell
// where a request belongs. Owned by a ServeWorker, on its thread.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/app/access_gate.h"
#include "core/app/client_limits.h"
#include "core/app/socketio_counters.h"
#include "core/app/spread_close.h"
#include "core/base/random.h"
#include "core/net/connection_handler.h"
#include "core/net/loop.h"
#include "core/session/engineio_peer.h"

namespace wsb::app {

// Of the request that opened a session, what its rights can be judged by, and no other headers.
struct EngineioVisitor {
  http::Headers headers;
  std::string query;
};

// What sessions are for.
class EngineioApp : public session::EngineioEvents {
 public:
  // A session was opened, and nothing was said in it yet.
  virtual void on_session(session::EngineioPeer& peer, EngineioVisitor visitor) = 0;
  // What it counts itself.
  virtual void count(SocketioCounters&) const {}
};

struct EngineioOptions {
  std::string path = "/socket.io/";
  engineio::ServerSessionOptions session;
  net::SlowReaderPolicy slow_reader = net::SlowReaderPolicy::disconnect;
  std::size_t worker = 0;   // this one, of
  std::size_t workers = 1;
};

class EngineioDoor final : public net::ConnectionHandler, private session::EngineioEvents {
 public:
  // `gate` nullptr: every origin is let in. All outlive it.
  EngineioDoor(EngineioOptions options, net::Loop& loop, AccessGate* gate, EngineioApp& app);
  ~EngineioDoor() override;
  EngineioDoor(const EngineioDoor&) = delete;
  EngineioDoor& operator=(const EngineioDoor&) = delete;

  // Nullptr, as at first: none.
  void set_limits(ClientLimits* limits) { limits_ = limits; }

  // "/socket.io/" and "/socket.io".
  [[nodiscard]] bool is_for(std::string_view path) const;
  // The worker whose session the request names, if that is not this one.
  [[nodiscard]] std::optional<std::size_t> home_of(const http::Target& target) const;

  void on_request(const std::shared_ptr<net::HttpExchange>& exchange);
  net::HandshakeDecision on_handshake(const net::HandshakeRequest& request) override;
  void on_open(net::Connection& connection) override;
  void on_message(net::Connection& connection, const ws::Message& message) override;
  void on_pong(net::Connection&, BytesView) override {}
  void on_close(net::Connection& connection, const net::CloseInfo& close) override;

  // No session is opened any more.
  void refuse_further() { refusing_ = true; }
  // Ends all, spread over a part of `window`; `gone` when none is left, perhaps at once.
  void close_all(Duration window, std::function<void()> gone);
  [[nodiscard]] std::size_t open() const { return sessions_.size(); }
  // Goes through all sessions.
  [[nodiscard]] SocketioCounters counters() const;

 private:
  using Sessions = std::unordered_map<std::string, std::shared_ptr<session::EngineioPeer>>;
  using Refusal = engineio::RequestError;

  [[nodiscard]] std::shared_ptr<session::EngineioPeer> find(
      const std::optional<std::string_view>& sid);
  [[nodiscard]] std::variant<engineio::Ask, Refusal> judge(const engineio::Request& request,
                                                           const session::EngineioPeer* session);
  [[nodiscard]] std::optional<std::string> forbidden(const http::Headers& headers);
  [[nodiscard]] const std::shared_ptr<session::EngineioPeer>& add_session(
      engineio::Transport transport, net::ConnectionInfo info, ClientLimits::SlotRef place);
  [[nodiscard]] std::string make_sid();
  void open_by_polling(const std::shared_ptr<net::HttpExchange>& exchange);
  [[nodiscard]] net::HttpResponse refuse(const engineio::RequestError& error);
  [[nodiscard]] net::HttpResponse refuse_to_open();
  void limit(session::EngineioPeer& peer);
  void unlimit(session::EngineioPeer& peer);
  void free_closed();

  // session::EngineioEvents
  void on_message(session::EngineioPeer& peer, bool binary, BytesView data) override;
  void on_upgraded(session::EngineioPeer& peer) override;
  void on_closed(session::EngineioPeer& peer, engineio::CloseReason reason) override;

  const EngineioOptions options_;
  net::Loop& loop_;
  AccessGate* const gate_;
  ClientLimits* limits_ = nullptr;
  EngineioApp& app_;
  SystemRandom random_;
  Sessions sessions_;
  std::vector<std::weak_ptr<session::EngineioPeer>> websockets_;  // by slot of their connection
  std::vector<bool> limited_;                       // by slot: sessions that poll
  std::vector<std::string> closed_;                 // to be freed
  SocketioCounters counters_;  // but for what the sessions know
  net::TimerId freeing_{};
  bool refusing_ = false;
  SpreadClose closing_;
  std::vector<std::string> to_close_;
  std::function<void()> gone_;
};

}  // namespace wsb::app

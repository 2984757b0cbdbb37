#pragma once

// What the official test suites of Engine.IO and Socket.IO expect of the server that they are run
// against. Owned by a ServeWorker, on its thread.

#include <memory>
#include <unordered_map>
#include <vector>

#include "core/app/engineio_door.h"

namespace wsb::app {

// Every message comes back.
class EngineioEcho final : public EngineioApp {
 public:
  void on_session(session::EngineioPeer&, EngineioVisitor) override {}
  void on_message(session::EngineioPeer& peer, bool binary, BytesView data) override;
  void on_closed(session::EngineioPeer&, engineio::CloseReason) override {}
};

// In the namespaces "/" and "/custom" the event `auth` tells what the client joined with; in the
// first `message` comes back as `message-back`, and `message-with-ack` as its ack.
class SocketioConformance final : public EngineioApp {
 public:
  explicit SocketioConformance(net::Loop& loop);
  ~SocketioConformance() override;
  SocketioConformance(const SocketioConformance&) = delete;
  SocketioConformance& operator=(const SocketioConformance&) = delete;

  void on_session(session::EngineioPeer& peer, EngineioVisitor visitor) override;
  void on_message(session::EngineioPeer& peer, bool binary, BytesView data) override;
  void on_closed(session::EngineioPeer& peer, engineio::CloseReason reason) override;

 private:
  class Client;

  net::Loop& loop_;
  std::unordered_map<const session::EngineioPeer*, std::unique_ptr<Client>> clients_;
  std::vector<std::unique_ptr<Client>> gone_;
  net::TimerId freeing_{};
};

}  // namespace wsb::app

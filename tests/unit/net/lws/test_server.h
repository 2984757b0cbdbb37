#pragma once

// A real listener on its own thread, with a relay behind it, for tests that talk to it over
// sockets. What a message asks for: "@echo …" comes back to its sender, "@close CODE REASON"
// closes, "@abort" drops, "@flood N" sends N KiB to the sender, "@pause" stops reading; anything
// else goes to all others at the end of the turn. The log of events is read with wait_for().

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/net/lws/lws_listener.h"
#include "core/net/lws/lws_loop.h"

namespace wsb::net {

class TestLog final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override;
  [[nodiscard]] bool enabled(LogLevel level) const override { return level <= LogLevel::warning; }
  [[nodiscard]] std::string text() const;

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

class TestServer final : private ConnectionHandler, private HttpHandler, private TurnEnd {
 public:
  explicit TestServer(ListenConfig config = {});
  ~TestServer() override;  // stops the loop with whatever is open
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] TestLog& log() { return log_; }
  // Runs on the loop's thread, and waits for it.
  void run_on_loop(const std::function<void()>& action);
  [[nodiscard]] ListenerStats stats();
  void stop_accepting();
  void set_identity(const ServerIdentity& identity);
  // The listener ends although the loop goes on.
  void end_listener();
  // Publishes to everybody, several batches if need be.
  void publish(const std::vector<std::string>& messages);
  // True when a line of the event log contains `text` within ten seconds.
  [[nodiscard]] bool wait_for(const std::string& text);
  [[nodiscard]] std::string events();
  // Asks again with every turn of the loop, for ten seconds at most.
  [[nodiscard]] bool eventually(const std::function<bool()>& condition);

 private:
  HandshakeDecision on_handshake(const HandshakeRequest& request) override;
  void on_open(Connection& connection) override;
  void on_message(Connection& connection, const ws::Message& message) override;
  void on_pong(Connection& connection, BytesView payload) override;
  void on_close(Connection& connection, const CloseInfo& close) override;
  void on_request(std::shared_ptr<HttpExchange> exchange) override;
  [[nodiscard]] std::size_t pending_bytes() const override { return builder_.bytes(); }
  void flush() override;

  void obey(Connection& connection, const ws::Message& message);
  void note(const std::string& line);

  TestLog log_;
  std::mutex global_;
  std::uint16_t port_ = 0;
  std::unique_ptr<LwsLoop> loop_;
  std::unique_ptr<LwsListener> listener_;
  BatchBuilder builder_;
  std::map<std::uint32_t, Connection*> open_;
  std::vector<std::shared_ptr<HttpExchange>> held_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string events_;
  std::thread thread_;
};

}  // namespace wsb::net

#pragma once

// A network without a network, whose loops are real threads' queues: for tests of what happens
// between run_serve and its workers. Clients are objects that the test opens on a worker.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/check.h"
#include "core/net/connection_ids.h"
#include "core/net/runtime.h"

namespace wsb::app::serving {

class QueueLoop final : public net::Loop {
 public:
  [[nodiscard]] TimePoint now() const override { return TimePoint{}; }
  net::TimerId schedule(TimePoint, std::function<void()>) override { return {}; }
  void cancel(net::TimerId) override {}
  void watch_readable(int, std::function<void()>) override {}
  void unwatch(int) override {}
  [[nodiscard]] net::ConnectionIds& ids() override { return ids_; }
  void set_turn_end(net::TurnEnd* turn_end) override { turn_end_ = turn_end; }

  [[nodiscard]] bool post(std::function<void()> action) override {
    {
      const std::lock_guard lock(mutex_);
      actions_.push_back(std::move(action));
    }
    arrived_.notify_one();
    return true;
  }
  void stop() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_one();
  }
  void run() override {
    std::vector<std::function<void()>> batch;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [this] { return stopping_ || !actions_.empty(); });
        if (stopping_) break;
        batch.swap(actions_);
      }
      for (const auto& action : batch) action();
      batch.clear();
      if (turn_end_ != nullptr && turn_end_->pending_bytes() > 0) turn_end_->flush();
    }
    for (const auto& action : at_end) action();
  }

  std::vector<std::function<void()>> at_end;  // connections drop theirs here; loop's thread

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::function<void()>> actions_;
  bool stopping_ = false;
  net::TurnEnd* turn_end_ = nullptr;
  net::ConnectionIds ids_;
};

// One client of one worker, touched on its loop's thread.
class StubConnection final : public net::Connection {
 public:
  StubConnection(QueueLoop& loop, net::ConnectionHandler& handler, std::uint32_t slot,
                 bool answers_close)
      : loop_(loop), handler_(handler), id_{slot, 1}, answers_close_(answers_close) {
    info_.remote = "client-" + std::to_string(slot);
    loop.at_end.emplace_back([this] { end(1006); });
    const http::Headers nothing;
    info_.admission = handler_.on_handshake({"/", "", nothing, info_.remote}).admission;
    handler_.on_open(*this);
  }
  [[nodiscard]] net::ConnectionId id() const override { return id_; }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] net::ConnectionStats stats() const override { return {}; }
  net::SendStatus send(const net::BatchRef& batch, std::size_t first, std::size_t last) override {
    const net::Batch::Wire& wire = batch->plain();
    const std::size_t begin = wire.begin_of(first);
    received += wire.bytes.substr(begin, wire.segments[last - 1].end - begin);
    return net::SendStatus::sent;
  }
  net::SendStatus send(ws::Opcode, BytesView, bool) override { return net::SendStatus::sent; }
  void ping(BytesView) override {}
  void close(std::uint16_t code, std::string_view) override {
    closed_with = code;
    if (answers_close_) (void)loop_.post([this, code] { end(code); });
  }
  void abort() override {}
  void pause_reading() override {}
  void resume_reading() override {}

  void say(BytesView text) {
    ws::Message message;
    message.payload = text;
    handler_.on_message(*this, message);
  }

  std::string received;
  std::uint16_t closed_with = 0;

 private:
  void end(std::uint16_t code) {
    if (ended_) return;
    ended_ = true;
    net::CloseInfo close;
    close.code = code;
    handler_.on_close(*this, close);
  }

  QueueLoop& loop_;
  net::ConnectionHandler& handler_;
  const net::ConnectionId id_;
  const bool answers_close_;
  net::ConnectionInfo info_;
  bool ended_ = false;
};

class StubListener final : public net::Listener {
 public:
  StubListener(bool& accepting, std::vector<std::string>& identities)
      : accepting_(accepting), identities_(identities) {
    accepting_ = true;
  }
  [[nodiscard]] net::ListenerStats stats() const override {
    net::ListenerStats stats;
    stats.accepted = 1;
    return stats;
  }
  [[nodiscard]] Result<void> set_identity(const net::ServerIdentity& identity) override {
    identities_.push_back(identity.sha256_fingerprint);
    return {};
  }
  void also_accept(net::ListenSocket) override {}
  void stop_accepting() override { accepting_ = false; }
  void adopt(net::MovedPeer) override {}

 private:
  bool& accepting_;
  std::vector<std::string>& identities_;
};

class ThreadedRuntime final : public net::Runtime {
 public:
  struct Worker {
    QueueLoop* loop = nullptr;
    net::ConnectionHandler* handler = nullptr;
    net::HttpHandler* http = nullptr;
    bool accepting = false;
    std::vector<std::string> identities{};  // fingerprints of those it got while it ran
  };

  [[nodiscard]] Result<std::unique_ptr<net::Loop>> make_loop() override {
    const std::lock_guard lock(mutex_);
    auto loop = std::make_unique<QueueLoop>();
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->loop = loop.get();
    return std::unique_ptr<net::Loop>(std::move(loop));
  }
  [[nodiscard]] Result<std::vector<net::ListenSocket>> open_listen_sockets(
      const std::string& host, std::uint16_t port, int count) override {
    sockets_opened += count;
    if (bind_error) return *bind_error;
    std::vector<net::ListenSocket> sockets;
    for (int i = 0; i < count; ++i) {
      sockets.emplace_back(-1, host, port == 0 ? std::uint16_t{4242} : port);
    }
    return sockets;
  }
  [[nodiscard]] Result<std::unique_ptr<net::Listener>> listen(
      net::Loop& loop, net::ListenSocket, const net::ListenConfig&,
      net::ConnectionHandler& connections, net::HttpHandler& http) override {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      Worker& worker = *workers_[i];
      if (worker.loop != &loop) continue;
      if (static_cast<int>(i) == failing_worker) {
        return make_error(ErrorCode::internal, "this listener does not start");
      }
      worker.handler = &connections;
      worker.http = &http;
      return std::unique_ptr<net::Listener>(
          std::make_unique<StubListener>(worker.accepting, worker.identities));
    }
    return make_error(ErrorCode::internal, "no such loop");
  }
  net::Connection& connect(net::Loop&, const net::ConnectConfig&,
                           net::ConnectionHandler&) override {
    check_failed("no client connects here", __FILE__, __LINE__, __func__);
  }

  [[nodiscard]] Worker& worker(std::size_t number) { return *workers_[number]; }
  // Opens a client there, then calls `ready` with it, on the worker's thread.
  void open(std::size_t number, std::uint32_t slot, bool answers_close,
            std::function<void(StubConnection&)> ready) {
    Worker& at = worker(number);
    const bool posted = at.loop->post([this, &at, slot, answers_close, ready = std::move(ready)] {
      auto client = std::make_unique<StubConnection>(*at.loop, *at.handler, slot, answers_close);
      StubConnection& opened = *client;
      {
        const std::lock_guard lock(mutex_);
        clients_.push_back(std::move(client));
      }
      ready(opened);
    });
    WSB_CHECK(posted);
  }

  int sockets_opened = 0;
  std::optional<Error> bind_error;
  int failing_worker = -1;

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<StubConnection>> clients_;
};

}  // namespace wsb::app::serving

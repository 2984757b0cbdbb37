#pragma once

// The smallest network with a real thread: a loop that runs what is posted to it, and connections
// that send every message straight back. For what lies between a loop's thread and the main thread.

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/check.h"
#include "core/net/connection_ids.h"
#include "core/net/runtime.h"

namespace wsb::app {

class QueueLoop final : public net::Loop {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }
  // Timers of this loop never fire: nothing that is tested here waits for time.
  net::TimerId schedule(TimePoint, std::function<void()>) override { return {++timers_}; }
  void cancel(net::TimerId) override {}
  [[nodiscard]] bool post(std::function<void()> action) override {
    {
      const std::lock_guard lock(mutex_);
      if (ended_) return false;
      actions_.push_back(std::move(action));
    }
    ready_.notify_one();
    return true;
  }
  void watch_readable(int, std::function<void()>) override {
    constexpr bool kHasDescriptors = false;
    WSB_CHECK(kHasDescriptors);
  }
  void unwatch(int) override {}
  [[nodiscard]] net::ConnectionIds& ids() override { return ids_; }
  void set_turn_end(net::TurnEnd*) override {}
  void run() override {
    while (const auto action = next()) action();
    if (at_end) at_end();
  }
  void stop() override {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ready_.notify_one();
  }

  std::function<void()> at_end;

 private:
  net::ConnectionIds ids_;

  std::function<void()> next() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return stopping_ || !actions_.empty(); });
    ended_ = stopping_;
    if (stopping_) return nullptr;
    auto action = std::move(actions_.front());
    actions_.pop_front();
    return action;
  }

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> actions_;
  bool stopping_ = false;
  bool ended_ = false;
  std::uint64_t timers_ = 0;
};

class EchoConnection final : public net::Connection {
 public:
  EchoConnection(QueueLoop& loop, net::ConnectionHandler& handler)
      : loop_(&loop), handler_(&handler) {
    loop.at_end = [this] { end({}); };
    later([this] { handler_->on_open(*this); });
  }

  [[nodiscard]] net::ConnectionId id() const override { return {0, 1}; }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] net::ConnectionStats stats() const override { return {}; }
  net::SendStatus send(const net::BatchRef&, std::size_t, std::size_t) override {
    return net::SendStatus::closed;
  }
  net::SendStatus send(ws::Opcode opcode, BytesView payload, bool compress) override {
    held_.push_back({opcode, Bytes(payload), compress});
    later([this] { deliver(); });
    return net::SendStatus::sent;
  }
  void ping(BytesView payload) override {
    later([this, copy = Bytes(payload)] { handler_->on_pong(*this, copy); });
  }
  void close(std::uint16_t code, std::string_view) override {
    net::CloseInfo close;
    close.by = net::CloseInfo::By::local;
    close.code = code;
    close.clean = true;
    later([this, close] { end(close); });
  }
  void abort() override {
    later([this] { end({}); });
  }
  void pause_reading() override { paused_ = true; }
  void resume_reading() override {
    paused_ = false;
    later([this] { deliver(); });
  }

 private:
  struct Held {
    ws::Opcode opcode;
    Bytes payload;
    bool compressed;
  };

  void later(std::function<void()> action) {
    static_cast<void>(loop_->post([this, moved = std::move(action)] {
      if (!ended_) moved();
    }));
  }
  void deliver() {
    while (!held_.empty() && !paused_ && !ended_) {
      const Held held = std::move(held_.front());
      held_.pop_front();
      ws::Message message;
      message.opcode = held.opcode;
      message.payload = held.payload;
      message.compressed = held.compressed;
      handler_->on_message(*this, message);
    }
  }
  void end(const net::CloseInfo& close) {
    if (ended_) return;
    ended_ = true;
    handler_->on_close(*this, close);
  }

  QueueLoop* loop_;
  net::ConnectionHandler* handler_;
  net::ConnectionInfo info_;
  std::deque<Held> held_;
  bool paused_ = false;
  bool ended_ = false;
};

class EchoRuntime final : public net::Runtime {
 public:
  [[nodiscard]] Result<std::unique_ptr<net::Loop>> make_loop() override {
    if (no_loops) return make_error(ErrorCode::internal, "no loop today");
    return std::unique_ptr<net::Loop>(std::make_unique<QueueLoop>());
  }
  [[nodiscard]] Result<std::vector<net::ListenSocket>> open_listen_sockets(const std::string&,
                                                                           std::uint16_t,
                                                                           int) override {
    return make_error(ErrorCode::unsupported, "clients only");
  }
  [[nodiscard]] Result<std::unique_ptr<net::Listener>> listen(net::Loop&, net::ListenSocket,
                                                              const net::ListenConfig&,
                                                              net::ConnectionHandler&,
                                                              net::HttpHandler&) override {
    return make_error(ErrorCode::unsupported, "clients only");
  }
  net::Connection& connect(net::Loop& loop, const net::ConnectConfig&,
                           net::ConnectionHandler& handler) override {
    connection_ = std::make_unique<EchoConnection>(static_cast<QueueLoop&>(loop), handler);
    return *connection_;
  }

  bool no_loops = false;

 private:
  std::unique_ptr<EchoConnection> connection_;
};

}  // namespace wsb::app

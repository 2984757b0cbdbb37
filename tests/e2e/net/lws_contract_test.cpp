// The contract of net_contract.h, kept by the real network on loopback.

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/base/check.h"
#include "core/base/log.h"
#include "core/net/lws/runtime.h"
#include "tests/support/net_contract.h"

namespace wsb::net {
namespace {

class NoLog final : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
  bool enabled(LogLevel) const override { return false; }
};

// A socket bound to a free port of 127.0.0.1.
class BoundSocket {
 public:
  BoundSocket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    WSB_CHECK(bind(fd_, generic, size) == 0);
    WSB_CHECK(getsockname(fd_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~BoundSocket() { close(fd_); }
  BoundSocket(const BoundSocket&) = delete;
  BoundSocket& operator=(const BoundSocket&) = delete;
  std::uint16_t port() const { return port_; }
  std::uint16_t listening_port() {
    WSB_CHECK(listen(fd_, 16) == 0);  // accepted by the kernel, and by nobody else
    return port_;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

// The loop has a thread. It is either parked in an action posted to it, while the test goes on, or
// it turns, while the test waits for a condition that the loop looks at once a millisecond.
class LwsNetwork final : public NetworkUnderTest {
 public:
  LwsNetwork() : runtime_(make_lws_runtime(log_)), loop_(runtime_->make_loop().value()) {
    thread_ = std::thread([this] {
      loop_->run();
      const std::lock_guard lock(mutex_);
      ended_ = true;
      changed_.notify_all();
    });
    park();
  }
  ~LwsNetwork() override { stop_loop(); }

  Runtime& runtime() override { return *runtime_; }
  Loop& loop() override { return *loop_; }

  void on_loop(const std::function<void()>& action) override {
    std::unique_lock lock(mutex_);
    if (ended_) {
      lock.unlock();
      return action();
    }
    action_ = &action;
    changed_.notify_all();
    changed_.wait(lock, [this] { return action_ == nullptr; });
  }

  bool run_until(const std::function<bool()>& done, Duration limit) override {
    std::unique_lock lock(mutex_);
    done_ = &done;
    deadline_ = loop_->now() + limit;
    turning_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return parked_ && !turning_; });
    return fulfilled_;
  }

  void settle() override {
    static_cast<void>(run_until([] { return false; }, std::chrono::milliseconds(50)));
  }

  void stop_loop() override {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      loop_->stop();
      changed_.notify_all();
    }
    thread_.join();
  }

  std::uint16_t silent_port() override { return silent_.listening_port(); }
  std::uint16_t closed_port() override { return closed_.port(); }

 private:
  // Posts the action that parks the loop, and waits until it has.
  void park() {
    WSB_CHECK(loop_->post([this] { parked(); }));
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return parked_; });
  }

  // On the loop's thread: serves the test until it wants the loop to turn.
  void parked() {
    std::unique_lock lock(mutex_);
    parked_ = true;
    changed_.notify_all();
    while (!turning_ && !stopping_) {
      changed_.wait(lock, [this] { return turning_ || stopping_ || action_ != nullptr; });
      if (action_ == nullptr) continue;
      lock.unlock();
      (*action_)();
      lock.lock();
      action_ = nullptr;
      changed_.notify_all();
    }
    parked_ = false;
    if (!stopping_) look_later();
  }

  void look_later() {
    loop_->schedule(loop_->now() + std::chrono::milliseconds(1), [this] { look(); });
  }

  void look() {
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    fulfilled_ = (*done_)();
    if (!fulfilled_ && loop_->now() < deadline_) return look_later();
    turning_ = false;
    lock.unlock();
    parked();
  }

  NoLog log_;
  BoundSocket silent_;
  BoundSocket closed_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<Loop> loop_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* action_ = nullptr;
  const std::function<bool()>* done_ = nullptr;
  TimePoint deadline_{};
  bool turning_ = false;
  bool parked_ = false;
  bool fulfilled_ = false;
  bool stopping_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<NetworkUnderTest> make_network_under_test() {
  return std::make_unique<LwsNetwork>();
}

}  // namespace wsb::net

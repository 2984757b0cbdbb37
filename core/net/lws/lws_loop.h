#pragma once

// The real loop: a uv loop with one libwebsockets context on it. libuv's timers have a grain of one
// millisecond, so ours hang on a timerfd with absolute monotonic times. The end of a turn is a uv
// check handle behind the poll, and a prepare handle for what idle work left behind.
// One a thread; whoever made it destroys it, after run() has returned, on any one thread.

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include <uv.h>

#include "core/base/mailbox.h"
#include "core/base/result.h"
#include "core/net/connection_ids.h"
#include "core/net/loop.h"
#include "core/net/lws/lws_context.h"
#include "core/net/timer_queue.h"

struct lws_protocols;

namespace wsb::net {

// Something of this folder that lives on a loop and holds more than libwebsockets knows of.
class LoopGuest {
 public:
  virtual ~LoopGuest() = default;
  // run() is about to end, on the loop's thread, before libwebsockets drops what it holds. Ends
  // what is not a libwebsockets connection yet (a name being resolved, a connect under way), each
  // with its on_close. uv requests that cannot be cancelled are waited for afterwards.
  virtual void loop_ending() = 0;
  // After every turn, behind the flush of the TurnEnd, before the loop waits.
  virtual void turn_ended() {}
};

class LwsLoop final : public Loop {
 public:
  using ReadBuffer = std::array<char, std::size_t{64} << 10U>;

  // `global` is shared by all loops and outlives them: see LwsContext. `number`: see ConnectionIds.
  [[nodiscard]] static Result<std::unique_ptr<LwsLoop>> create(std::mutex& global,
                                                               std::uint32_t number = 0);
  ~LwsLoop() override;
  LwsLoop(const LwsLoop&) = delete;
  LwsLoop& operator=(const LwsLoop&) = delete;

  [[nodiscard]] TimePoint now() const override;
  TimerId schedule(TimePoint when, std::function<void()> action) override;
  void cancel(TimerId timer) override;
  [[nodiscard]] bool post(std::function<void()> action) override;
  void watch_readable(int fd, std::function<void()> ready) override;
  void unwatch(int fd) override;
  [[nodiscard]] ConnectionIds& ids() override { return ids_; }
  void set_turn_end(TurnEnd* turn_end) override;
  void run() override;
  void stop() override;

  // For this folder only.
  [[nodiscard]] uv_loop_t* uv() { return &uv_; }
  [[nodiscard]] LwsContext& lws() { return *context_; }
  // What every socket of the loop reads into; see SocketStream.
  [[nodiscard]] ReadBuffer& read_buffer() { return *read_buffer_; }
  // The virtual host of all sockets, made on first use with the given table, which has static
  // storage: all callers pass the same. nullptr: failed.
  [[nodiscard]] lws_vhost* socket_vhost(const lws_protocols* protocols);
  // Kept for as long as the loop: the host of its client connections, made by the first of them.
  [[nodiscard]] LoopGuest* client_host() const { return client_host_.get(); }
  void set_client_host(std::unique_ptr<LoopGuest> host) { client_host_ = std::move(host); }
  void add_guest(LoopGuest& guest);
  void remove_guest(LoopGuest& guest);
  // run() was left; nothing new may be started.
  [[nodiscard]] bool ending() const { return ending_; }

 private:
  struct Watch {
    LwsLoop* loop = nullptr;
    uv_poll_t poll{};
    bool polled = false;  // false: a file, which is always readable
    std::function<void()> ready;
  };

  LwsLoop(std::mutex& global, std::uint32_t number);
  [[nodiscard]] Result<void> open(std::mutex& global);

  void before_poll();
  void after_poll();
  void end_turn();
  void arm_timerfd();
  void timers_due();
  void drain_posted();
  void call_files();
  void end_run();
  void close_handles();
  void update_idle();
  static bool is_ours(const uv_handle_t* handle, void* loop);

  std::mutex& global_;
  uv_loop_t uv_{};
  uv_async_t wake_{};
  uv_prepare_t prepare_{};
  uv_check_t check_{};
  uv_idle_t idle_{};  // active while a turn must not wait
  uv_poll_t timer_poll_{};
  int timerfd_ = -1;
  std::optional<TimePoint> armed_;
  TimerQueue timers_;
  Mailbox<std::function<void()>> posted_;
  std::unordered_map<int, std::shared_ptr<Watch>> watches_;
  std::vector<std::shared_ptr<Watch>> closing_watches_;
  std::size_t file_watches_ = 0;
  TurnEnd* turn_end_ = nullptr;
  std::unique_ptr<ReadBuffer> read_buffer_;
  ConnectionIds ids_;
  std::vector<LoopGuest*> guests_;
  std::unique_ptr<LoopGuest> client_host_;
  std::unique_ptr<LwsContext> context_;
  lws_vhost* socket_vhost_ = nullptr;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
  bool ending_ = false;
  bool uv_open_ = false;
};

}  // namespace wsb::net

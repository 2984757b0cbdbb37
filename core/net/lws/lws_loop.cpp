#include "core/net/lws/lws_loop.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <libwebsockets.h>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace wsb::net {
namespace {

constexpr std::size_t kDescriptors = 16;

template <class Handle>
uv_handle_t* as_handle(Handle* handle) {
  return reinterpret_cast<uv_handle_t*>(handle);
}

template <class Handle>
LwsLoop* loop_of(Handle* handle) {
  return static_cast<LwsLoop*>(handle->data);
}

Error uv_error(const char* what, int status) {
  return make_errno_error(ErrorCode::internal, what, -status);
}

// With no descriptors left a handle may never have been opened.
bool is_open(const uv_handle_t* handle) { return uv_handle_get_type(handle) != UV_UNKNOWN_HANDLE; }

void close_quietly(uv_handle_t* handle) {
  if (is_open(handle) && !uv_is_closing(handle)) uv_close(handle, nullptr);
}

// Opens and closes more descriptors than a loop and its libwebsockets context take: they do not
// survive finding none in the middle of being made.
bool has_descriptors() {
  std::array<int, kDescriptors> fds{};
  for (int& fd : fds) fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const bool all = fds.back() >= 0;
  for (const int fd : fds) {
    if (fd >= 0) close(fd);
  }
  return all;
}

}  // namespace

Result<std::unique_ptr<LwsLoop>> LwsLoop::create(std::mutex& global, std::uint32_t number) {
  std::unique_ptr<LwsLoop> loop(new LwsLoop(global, number));
  WSB_TRY(loop->open(global));
  return loop;
}

LwsLoop::LwsLoop(std::mutex& global, std::uint32_t number)
    : global_(global),
      posted_(limits::kMailboxMessages, [this] { uv_async_send(&wake_); }),
      read_buffer_(std::make_unique<ReadBuffer>()),
      ids_(number) {}

Result<void> LwsLoop::open(std::mutex& global) {
  if (!has_descriptors()) {
    return make_errno_error(ErrorCode::internal, "cannot make an event loop", EMFILE);
  }
  if (const int status = uv_loop_init(&uv_); status != 0) {
    return uv_error("cannot make an event loop", status);
  }
  uv_open_ = true;
  const int waking = uv_async_init(&uv_, &wake_, [](uv_async_t* handle) {
    LwsLoop* loop = loop_of(handle);
    if (loop->stopping_) uv_stop(&loop->uv_);
    loop->drain_posted();
  });
  if (waking != 0) return uv_error("cannot make an event loop", waking);
  uv_prepare_init(&uv_, &prepare_);
  uv_check_init(&uv_, &check_);
  uv_idle_init(&uv_, &idle_);
  for (uv_handle_t* handle :
       {as_handle(&wake_), as_handle(&prepare_), as_handle(&check_), as_handle(&idle_)}) {
    handle->data = this;
  }
  timerfd_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timerfd_ < 0) {
    return make_errno_error(ErrorCode::internal, "cannot make a timer", errno);
  }
  if (const int status = uv_poll_init(&uv_, &timer_poll_, timerfd_); status != 0) {
    return uv_error("cannot watch a timer", status);
  }
  timer_poll_.data = this;
  uv_poll_start(&timer_poll_, UV_READABLE,
                [](uv_poll_t* handle, int, int) { loop_of(handle)->timers_due(); });
  uv_prepare_start(&prepare_, [](uv_prepare_t* handle) { loop_of(handle)->before_poll(); });
  uv_check_start(&check_, [](uv_check_t* handle) { loop_of(handle)->after_poll(); });
  context_ = std::make_unique<LwsContext>(uv_, global);
  if (context_->get() == nullptr) {
    return make_error(ErrorCode::internal,
                      "cannot start libwebsockets (is libwebsockets-evlib-uv installed?)");
  }
  return {};
}

LwsLoop::~LwsLoop() {
  if (!uv_open_) return;
  if (!ending_) end_run();
  close_handles();
  while (uv_loop_alive(&uv_)) uv_run(&uv_, UV_RUN_ONCE);
  // Another thread may get the numbers of these descriptors at once. libuv closes by a system call
  // of its own, so without the lock a thread checker takes that for a race.
  const std::lock_guard lock(global_);
  WSB_CHECK(uv_loop_close(&uv_) == 0);
  if (timerfd_ >= 0) close(timerfd_);
}

void LwsLoop::close_handles() {
  for (uv_handle_t* handle :
       {as_handle(&wake_), as_handle(&prepare_), as_handle(&check_), as_handle(&idle_)}) {
    close_quietly(handle);
  }
  close_quietly(as_handle(&timer_poll_));
}

TimePoint LwsLoop::now() const {
  return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
}

TimerId LwsLoop::schedule(TimePoint when, std::function<void()> action) {
  return timers_.add(when, std::move(action));
}

void LwsLoop::cancel(TimerId timer) { timers_.cancel(timer); }

bool LwsLoop::post(std::function<void()> action) {
  return !ended_ && posted_.post(std::move(action));
}

void LwsLoop::drain_posted() {
  if (ending_) return;
  posted_.drain([](const std::function<void()>& action) { action(); });
}

void LwsLoop::set_turn_end(TurnEnd* turn_end) { turn_end_ = turn_end; }

void LwsLoop::arm_timerfd() {
  const std::optional<TimePoint> next = timers_.next();
  if (next == armed_) return;
  armed_ = next;
  itimerspec spec{};
  if (next) {
    // Zero would disarm it.
    const auto nanoseconds = std::max<std::int64_t>(1, next->time_since_epoch().count());
    spec.it_value.tv_sec = nanoseconds / 1'000'000'000;
    spec.it_value.tv_nsec = nanoseconds % 1'000'000'000;
  }
  WSB_CHECK(timerfd_settime(timerfd_, TFD_TIMER_ABSTIME, &spec, nullptr) == 0);
}

void LwsLoop::timers_due() {
  std::uint64_t expirations = 0;
  // Not readable: it was armed anew since; then nothing may be due, which run_due() finds out.
  [[maybe_unused]] const auto bytes = read(timerfd_, &expirations, sizeof expirations);
  armed_.reset();
  timers_.run_due(now());
}

void LwsLoop::before_poll() {
  // Only idle work can have run since after_poll(): libwebsockets' own timeouts.
  end_turn();
  arm_timerfd();
  update_idle();
}

void LwsLoop::after_poll() {
  if (file_watches_ > 0) call_files();
  end_turn();
  update_idle();
}

void LwsLoop::end_turn() {
  if (turn_end_ != nullptr && turn_end_->pending_bytes() > 0) turn_end_->flush();
  for (std::size_t i = 0; i < guests_.size(); ++i) guests_[i]->turn_ended();
}

void LwsLoop::update_idle() {
  const bool busy = file_watches_ > 0;
  if (busy == (uv_is_active(as_handle(&idle_)) != 0)) return;
  if (busy) {
    uv_idle_start(&idle_, [](uv_idle_t*) {});
  } else {
    uv_idle_stop(&idle_);
  }
}

void LwsLoop::watch_readable(int fd, std::function<void()> ready) {
  WSB_CHECK(!watches_.contains(fd));
  auto watch = std::make_shared<Watch>();
  watch->loop = this;
  watch->ready = std::move(ready);
  const int flags = fcntl(fd, F_GETFL);
  if (uv_poll_init(&uv_, &watch->poll, fd) == 0) {
    // libuv makes it non-blocking, which a terminal would share with the shell that started us.
    if (flags >= 0) fcntl(fd, F_SETFL, flags);
    watch->polled = true;
    watch->poll.data = watch.get();
    uv_poll_start(&watch->poll, UV_READABLE, [](uv_poll_t* handle, int, int) {
      auto* readable = static_cast<Watch*>(handle->data);
      // It may end the watch, and with it itself.
      const std::function<void()> call = readable->ready;
      call();
    });
  } else {
    ++file_watches_;
  }
  watches_.emplace(fd, std::move(watch));
}

void LwsLoop::unwatch(int fd) {
  const auto found = watches_.find(fd);
  if (found == watches_.end()) return;
  std::shared_ptr<Watch> watch = std::move(found->second);
  watches_.erase(found);
  if (!watch->polled) {
    --file_watches_;
    return;
  }
  uv_poll_stop(&watch->poll);
  Watch* closing = watch.get();
  closing_watches_.push_back(std::move(watch));
  uv_close(as_handle(&closing->poll), [](uv_handle_t* handle) {
    auto* closed = static_cast<Watch*>(handle->data);
    std::erase_if(closed->loop->closing_watches_,
                  [closed](const auto& other) { return other.get() == closed; });
  });
}

void LwsLoop::call_files() {
  std::vector<std::shared_ptr<Watch>> files;
  for (const auto& [fd, watch] : watches_) {
    if (!watch->polled) files.push_back(watch);
  }
  for (const auto& watch : files) watch->ready();
}

void LwsLoop::run() {
  WSB_CHECK(!ending_);
  // The kernel may delay a thread's timers by 50 us to save wake-ups.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  while (!stopping_) uv_run(&uv_, UV_RUN_DEFAULT);
  end_run();
}

void LwsLoop::stop() {
  stopping_ = true;
  uv_async_send(&wake_);
}

void LwsLoop::end_run() {
  ending_ = true;
  ended_ = true;
  turn_end_ = nullptr;
  if (is_open(as_handle(&timer_poll_))) uv_poll_stop(&timer_poll_);
  const std::vector<LoopGuest*> guests = guests_;
  for (LoopGuest* guest : guests) guest->loop_ending();
  std::vector<int> fds;
  for (const auto& [fd, watch] : watches_) fds.push_back(fd);
  for (const int fd : fds) unwatch(fd);
  socket_vhost_ = nullptr;
  if (context_ != nullptr) context_->destroy(&LwsLoop::is_ours, this);
}

bool LwsLoop::is_ours(const uv_handle_t* handle, void* loop) {
  const auto* self = static_cast<LwsLoop*>(loop);
  const void* address = handle;
  return address == &self->wake_ || address == &self->prepare_ || address == &self->check_ ||
         address == &self->idle_ || address == &self->timer_poll_;
}

lws_vhost* LwsLoop::socket_vhost(const lws_protocols* protocols) {
  if (socket_vhost_ != nullptr || ending_) return socket_vhost_;
  static constexpr lws_retry_bo_t kNoKeepalive{};
  lws_context_creation_info info{};
  info.vhost_name = "sockets";
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = protocols;
  info.retry_and_idle_policy = &kNoKeepalive;
  socket_vhost_ = context_->add_vhost(info);
  return socket_vhost_;
}

void LwsLoop::add_guest(LoopGuest& guest) { guests_.push_back(&guest); }

void LwsLoop::remove_guest(LoopGuest& guest) { std::erase(guests_, &guest); }

}  // namespace wsb::net

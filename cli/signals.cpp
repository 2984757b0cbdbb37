#include "cli/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include <pthread.h>

#include "core/base/check.h"

namespace wsb::cli {
namespace {

bool ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Whether the process has a controlling terminal that is still there.
bool has_terminal() {
  const int fd = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return false;
  ::close(fd);
  return true;
}

// The kernel sends SIGHUP to the leader of the session, which passes it on, and to the jobs in the
// foreground when the leader has ended.
bool of_session(const signalfd_siginfo& info) {
  return info.ssi_code == SI_KERNEL || static_cast<pid_t>(info.ssi_pid) == ::getsid(0);
}

}  // namespace

Signals::Signals(bool terminal) : had_terminal_(has_terminal()) {
  sigset_t waited;
  sigemptyset(&waited);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (!ignored(signal)) sigaddset(&waited, signal);
  }
  if (terminal) {
    sigaddset(&waited, SIGWINCH);
    sigaddset(&waited, SIGTSTP);
  }
  sigset_t blocked = waited;
  sigaddset(&blocked, SIGPIPE);
  WSB_CHECK(::pthread_sigmask(SIG_BLOCK, &blocked, nullptr) == 0);
  fd_ = ::signalfd(-1, &waited, SFD_CLOEXEC | SFD_NONBLOCK);
  WSB_CHECK(fd_ >= 0);
}

Signals::~Signals() { ::close(fd_); }

int Signals::take() {
  signalfd_siginfo info{};
  if (::read(fd_, &info, sizeof info) != sizeof info) return 0;
  const int signal = static_cast<int>(info.ssi_signo);
  if (signal == SIGHUP) lost_terminal_ = had_terminal_ && of_session(info) && !has_terminal();
  return signal;
}

SignalWatcher::SignalWatcher(Signals& signals, std::function<void(int)> on_signal)
    : signals_(&signals),
      on_signal_(std::move(on_signal)),
      stop_fd_(::eventfd(0, EFD_CLOEXEC)),
      thread_([this] { run(); }) {
  WSB_CHECK(stop_fd_ >= 0);
}

SignalWatcher::~SignalWatcher() {
  const std::uint64_t one = 1;
  WSB_CHECK(::write(stop_fd_, &one, sizeof one) == sizeof one);
  thread_.join();
  ::close(stop_fd_);
}

void SignalWatcher::run() {
  std::array<pollfd, 2> fds{{{signals_->fd(), POLLIN, 0}, {stop_fd_, POLLIN, 0}}};
  while (true) {
    if (::poll(fds.data(), fds.size(), -1) < 0) {
      WSB_CHECK(errno == EINTR);
      continue;
    }
    if (fds[1].revents != 0) return;
    while (const int signal = signals_->take()) on_signal_(signal);
  }
}

void die_of(int signal) {
  std::signal(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::raise(signal);
  std::_Exit(128 + signal);
}

}  // namespace wsb::cli

#include "cli/signals.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <vector>

namespace wsb::cli {
namespace {

// The exit status of a child that runs `action`, as a shell shows it.
template <class F>
int status_of_child(F&& action) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(action());
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST_CASE("signals are taken one by one, when they are asked for") {
  CHECK(status_of_child([] {
          Signals signals;
          if (signals.take() != 0) return 1;
          ::raise(SIGTERM);
          pollfd readable{signals.fd(), POLLIN, 0};
          if (::poll(&readable, 1, 0) != 1) return 2;
          if (signals.take() != SIGTERM) return 3;
          return signals.take();
        }) == 0);
}

TEST_CASE("a signal that the parent ignored stays ignored") {
  CHECK(status_of_child([] {
          std::signal(SIGHUP, SIG_IGN);
          Signals signals;
          ::raise(SIGHUP);
          return signals.take();
        }) == 0);
}

TEST_CASE("a SIGHUP that somebody sends is told from the end of the terminal") {
  CHECK(status_of_child([] {
          const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
          if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) return 1;
          if (::setsid() < 0 || ::open(::ptsname(master), O_RDWR) < 0) return 2;
          Signals signals;
          ::raise(SIGHUP);
          if (signals.take() != SIGHUP || signals.lost_terminal()) return 3;
          ::close(master);
          pollfd readable{signals.fd(), POLLIN, 0};
          if (::poll(&readable, 1, 10000) != 1) return 4;
          return signals.take() == SIGHUP && signals.lost_terminal() ? 0 : 5;
        }) == 0);
  CHECK(status_of_child([] {
          ::setsid();
          Signals signals;  // without a terminal
          ::raise(SIGHUP);
          return signals.take() == SIGHUP && !signals.lost_terminal() ? 0 : 1;
        }) == 0);
}

TEST_CASE("a broken pipe is an errno, not a death") {
  CHECK(status_of_child([] {
          const Signals signals;
          int ends[2];
          if (::pipe(ends) != 0) return 1;
          ::close(ends[0]);
          return ::write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
        }) == 0);
}

TEST_CASE("only a terminal's client is told of the terminal") {
  CHECK(status_of_child([] {
          Signals signals(true);
          ::raise(SIGWINCH);
          return signals.take() == SIGWINCH ? 0 : 1;
        }) == 0);
  CHECK(status_of_child([] {
          Signals signals;
          ::raise(SIGWINCH);
          return signals.take();
        }) == 0);
}

TEST_CASE("a watcher passes every signal on, and ends when it is no longer wanted") {
  CHECK(status_of_child([] {
          Signals signals;
          std::mutex mutex;
          std::condition_variable changed;
          std::vector<int> seen;
          const SignalWatcher watcher(signals, [&](int signal) {
            const std::lock_guard lock(mutex);
            seen.push_back(signal);
            changed.notify_one();
          });
          for (const int signal : {SIGINT, SIGTERM}) {
            ::kill(::getpid(), signal);
            std::unique_lock lock(mutex);
            if (!changed.wait_for(lock, std::chrono::seconds(10),
                                  [&] { return !seen.empty() && seen.back() == signal; })) {
              return 1;
            }
          }
          return seen == std::vector<int>{SIGINT, SIGTERM} ? 0 : 2;
        }) == 0);
}

TEST_CASE("dying of a signal shows as that signal, also when it is blocked") {
  CHECK(status_of_child([]() -> int {
          const Signals signals;
          die_of(SIGPIPE);
        }) == 141);
}

}  // namespace
}  // namespace wsb::cli

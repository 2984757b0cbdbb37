#include "cli/bench_progress.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

load::FanoutProgress steady() {
  load::FanoutProgress progress;
  progress.phase = load::Phase::steady;
  progress.in_phase = 1234ms;
  progress.phase_length = 10s;
  progress.connections = progress.opened = 1017;
  progress.sent = 30;
  progress.received = 29970;
  progress.expected = 30000;
  return progress;
}

// A terminal of so many columns, as standard error.
class Pty {
 public:
  explicit Pty(unsigned short columns) {
    const winsize size{24, columns, 0, 0};
    REQUIRE(::openpty(&master_, &slave_, nullptr, nullptr, &size) == 0);
    REQUIRE(::fcntl(master_, F_SETFL, O_NONBLOCK) == 0);
  }
  ~Pty() {
    ::close(master_);
    ::close(slave_);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;
  [[nodiscard]] int slave() const { return slave_; }
  void resize(unsigned short columns) const {
    const winsize size{24, columns, 0, 0};
    REQUIRE(::ioctl(master_, TIOCSWINSZ, &size) == 0);
  }
  // What was written since.
  [[nodiscard]] std::string taken() const {
    std::array<char, 4096> block{};
    const ssize_t got = ::read(master_, block.data(), block.size());
    return {block.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  int master_ = -1;
  int slave_ = -1;
};

TEST_CASE("progress says what there is to say in each phase") {
  load::FanoutProgress progress;
  progress.connections = 1017;
  progress.opened = 500;
  progress.in_phase = 1234ms;
  CHECK(progress_line(progress) == "connect 1s  500 of 1,017 connected");
  progress.failed = 3;
  CHECK(progress_line(progress) == "connect 1s  500 of 1,017 connected, 3 not connected");
  CHECK(progress_line(steady()) == "steady 1s of 10s  30 sent, 29,970 of 30,000 received");
}

TEST_CASE("the time shown of a phase does not exceed its length") {
  auto progress = steady();
  progress.in_phase = 10100ms;
  CHECK(progress_line(progress).substr(0, 17) == "steady 10s of 10s");
  progress.phase_length = 1500ms;
  CHECK(progress_line(progress).substr(0, 18) == "steady 1s of 1.5s ");
}

TEST_CASE("a line longer than the terminal is wide is cut, so that it can be overwritten") {
  const Pty terminal(30);
  const Redirect redirect(STDERR_FILENO, terminal.slave());
  BenchProgressView view(true, false);
  view.show(steady());
  CHECK(terminal.taken() == "\r\x1b[Ksteady 1s of 10s  30 sent, 29");
  terminal.resize(20);
  view.show(steady());
  CHECK(terminal.taken() == "\r\x1b[Ksteady 1s of 10s  3");
  view.show(steady());
  CHECK(terminal.taken().empty());
  view.finish();
  CHECK(terminal.taken() == "\r\x1b[K");
}

TEST_CASE("where the width is not known a line is cut to the usual one") {
  const Pty terminal(0);
  const Redirect redirect(STDERR_FILENO, terminal.slave());
  BenchProgressView view(true, false);
  auto progress = steady();
  progress.sent = progress.received = progress.expected = 1'000'000'000'000'000'000;
  progress.failed = 1000;
  view.show(progress);
  CHECK(terminal.taken().size() == 4 + 79);
}

TEST_CASE("without a terminal there is a line for each phase, and none when quiet") {
  const ScratchFile file;
  const Redirect redirect(STDERR_FILENO, file.fd());
  BenchProgressView quiet(false, true);
  quiet.show(steady());
  BenchProgressView view(false, false);
  view.show(steady());
  auto later = steady();
  later.in_phase = 5s;
  view.show(later);
  later.phase = load::Phase::drain;
  later.phase_length = {};
  later.in_phase = 0s;
  view.show(later);
  view.finish();
  CHECK(file.content() ==
        "wsb: steady 1s of 10s  30 sent, 29,970 of 30,000 received\n"
        "wsb: drain 0s  30 sent, 29,970 of 30,000 received\n");
}

}  // namespace
}  // namespace wsb::cli

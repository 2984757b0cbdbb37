#include "cli/term/terminal.h"

#include <catch2/catch.hpp>

#include <pty.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstring>

namespace wsb::cli {
namespace {

// A pseudo-terminal in the place of standard input and output.
struct Pty {
  Pty() : saved_in(::dup(STDIN_FILENO)), saved_out(::dup(STDOUT_FILENO)) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = 37;
    REQUIRE(::openpty(&master, &slave, nullptr, nullptr, &size) == 0);
    ::dup2(slave, STDIN_FILENO);
    ::dup2(slave, STDOUT_FILENO);
  }
  ~Pty() { restore(); }
  void restore() {
    if (master < 0) return;
    ::dup2(saved_in, STDIN_FILENO);
    ::dup2(saved_out, STDOUT_FILENO);
    for (const int fd : {saved_in, saved_out, slave, master}) ::close(fd);
    master = -1;
  }
  [[nodiscard]] termios mode() const {
    termios out{};
    ::tcgetattr(slave, &out);
    return out;
  }
  int saved_in;
  int saved_out;
  int master = -1;
  int slave = -1;
};

bool canonical(const termios& mode) { return (mode.c_lflag & ICANON) != 0; }
bool echoing(const termios& mode) { return (mode.c_lflag & ECHO) != 0; }

TEST_CASE("a terminal is raw while the object lives, and as it was afterwards") {
  Pty pty;
  const termios before = pty.mode();
  termios during{};
  termios suspended{};
  std::size_t columns = 0;
  {
    Terminal terminal;
    during = pty.mode();
    columns = Terminal::columns();
    terminal.restore();
    suspended = pty.mode();
    terminal.enter();
  }
  const termios after = pty.mode();
  pty.restore();
  CHECK(canonical(before));
  CHECK_FALSE(canonical(during));
  CHECK_FALSE(echoing(during));
  CHECK(columns == 37);
  CHECK(suspended.c_lflag == before.c_lflag);
  CHECK(after.c_lflag == before.c_lflag);
  CHECK(after.c_iflag == before.c_iflag);
}

}  // namespace
}  // namespace wsb::cli

#include "cli/term/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <clocale>
#include <string_view>

namespace wsb::cli {
namespace {

constexpr std::string_view kBracketedPasteOn = "\x1b[?2004h";
constexpr std::string_view kBracketedPasteOff = "\x1b[?2004l";
constexpr std::size_t kUsualColumns = 80;
constexpr std::size_t kUsualRows = 24;

// A handful of bytes; nobody to tell if the terminal has gone.
void tell(std::string_view sequence) {
  if (::write(STDOUT_FILENO, sequence.data(), sequence.size()) < 0) return;
}

// Zeros where nobody knows.
winsize window_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return {};
  return size;
}

}  // namespace

Terminal::Terminal() {
  // C.UTF-8 is part of glibc: widths do not depend on what the user has installed.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  ::tcgetattr(STDIN_FILENO, &saved_);
  enter();
}

Terminal::~Terminal() { restore(); }

void Terminal::enter() {
  if (raw_) return;
  termios raw = saved_;
  raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN | ISIG);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  raw_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  tell(kBracketedPasteOn);
}

void Terminal::restore() {
  if (!raw_) return;
  raw_ = false;
  tell(kBracketedPasteOff);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_);
}

std::size_t Terminal::columns() {
  const winsize size = window_size();
  return size.ws_col == 0 ? kUsualColumns : size.ws_col;
}

std::size_t Terminal::rows() {
  const winsize size = window_size();
  return size.ws_row == 0 ? kUsualRows : size.ws_row;
}

}  // namespace wsb::cli

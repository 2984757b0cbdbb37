#include "cli/term/terminal.h"

#include <sys/ioctl.h>

#include <clocale>
#include <string_view>

#include "cli/std_streams.h"

namespace wsb::cli {
namespace {

constexpr std::string_view kBracketedPasteOn = "\x1b[?2004h";
constexpr std::string_view kBracketedPasteOff = "\x1b[?2004l";
constexpr std::size_t kUsualColumns = 80;

}  // namespace

Terminal::Terminal() {
  // C.UTF-8 is part of glibc: widths do not depend on what the user has installed.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  ::tcgetattr(kStdin, &saved_);
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
  raw_ = ::tcsetattr(kStdin, TCSADRAIN, &raw) == 0;
  static_cast<void>(write_all(kStdout, kBracketedPasteOn));
}

void Terminal::restore() {
  if (!raw_) return;
  raw_ = false;
  static_cast<void>(write_all(kStdout, kBracketedPasteOff));
  ::tcsetattr(kStdin, TCSADRAIN, &saved_);
}

std::size_t Terminal::columns() {
  winsize size{};
  if (::ioctl(kStdout, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

}  // namespace wsb::cli

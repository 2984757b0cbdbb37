#include "cli/bench_progress.h"

#include <sys/ioctl.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/log_sink.h"
#include "cli/std_streams.h"
#include "core/base/text.h"
#include "core/base/units.h"

namespace wsb::cli {
namespace {

constexpr std::size_t kUsualColumns = 80;

// Asked for each line: the window may have changed.
std::size_t columns() {
  winsize size{};
  const bool known = ::ioctl(kStderr, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsualColumns;
}

std::string seconds(Duration duration) {
  return format_duration(std::chrono::floor<std::chrono::seconds>(duration));
}

}  // namespace

std::string progress_line(const load::FanoutProgress& progress) {
  std::string out(load::to_string(progress.phase));
  out += " ";
  if (progress.phase_length > Duration{0}) {
    // The next phase is entered a little late.
    out += seconds(std::min(progress.in_phase, progress.phase_length)) + " of " +
           format_duration(progress.phase_length);
  } else {
    out += seconds(progress.in_phase);
  }
  if (progress.sent > 0) {
    out += "  " + with_thousands(progress.sent) + " sent, " + with_thousands(progress.received) +
           " of " + with_thousands(progress.expected) + " received";
  } else {
    out += "  " + with_thousands(progress.opened) + " of " + with_thousands(progress.connections) +
           " connected";
  }
  if (progress.failed > 0) out += ", " + with_thousands(progress.failed) + " not connected";
  return out;
}

void BenchProgressView::show(const load::FanoutProgress& progress) {
  if (quiet_) return;
  auto line = progress_line(progress);
  if (terminal_) {
    // The last column stays free: some terminals go on to the next line when it is filled.
    line.resize(std::min(line.size(), columns() - 1));
    if (line == drawn_) return;
    static_cast<void>(write_all(kStderr, "\r\x1b[K" + line));
    drawn_ = std::move(line);
  } else if (phase_ != progress.phase) {
    print_line(line);
  }
  phase_ = progress.phase;
}

void BenchProgressView::finish() {
  if (!drawn_.empty()) static_cast<void>(write_all(kStderr, "\r\x1b[K"));
  drawn_.clear();
}

}  // namespace wsb::cli

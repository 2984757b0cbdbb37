#include "cli/bench_progress.h"

#include <chrono>

#include "cli/log_sink.h"
#include "cli/std_streams.h"
#include "core/base/text.h"
#include "core/base/units.h"

namespace wsb::cli {

std::string progress_line(const load::FanoutProgress& progress) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(progress.in_phase);
  std::string out(load::to_string(progress.phase));
  out += " " + format_duration(seconds) + "  " + with_thousands(progress.opened) + " of " +
         with_thousands(progress.connections) + " connected";
  if (progress.failed > 0) out += ", " + with_thousands(progress.failed) + " failed";
  if (progress.sent > 0) {
    out += "  sent " + with_thousands(progress.sent) + ", received " +
           with_thousands(progress.received) + " of " + with_thousands(progress.expected);
  }
  return out;
}

void BenchProgressView::show(const load::FanoutProgress& progress) {
  if (quiet_) return;
  if (terminal_) {
    static_cast<void>(write_all(kStderr, "\r\x1b[K" + progress_line(progress)));
    drawn_ = true;
  } else if (phase_ != progress.phase) {
    print_line(progress_line(progress));
  }
  phase_ = progress.phase;
}

void BenchProgressView::finish() {
  if (drawn_) static_cast<void>(write_all(kStderr, "\r\x1b[K"));
  drawn_ = false;
}

}  // namespace wsb::cli

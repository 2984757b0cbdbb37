#include "cli/log_sink.h"

#include <string>

#include "cli/std_streams.h"
#include "core/base/text.h"

namespace wsb::cli {

void StderrLog::write(LogLevel level, std::string_view line) {
  if (!enabled(level)) return;
  const std::string_view prefix = level == LogLevel::warning ? "warning: " : "";
  print_line(std::string(prefix) + std::string(line));
}

void print_line(std::string_view line) {
  // Nobody to tell when standard error itself fails.
  static_cast<void>(write_all(kStderr, "wsb: " + printable(line) + "\n"));
}

}  // namespace wsb::cli

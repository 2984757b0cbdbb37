#include "cli/log_sink.h"

#include <chrono>
#include <string>

#include "cli/log_time.h"
#include "cli/std_streams.h"
#include "core/base/json_text.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::error: return "error";
    case LogLevel::warning: return "warning";
    case LogLevel::info: return "info";
    case LogLevel::debug: return "debug";
  }
  return "";
}

std::string as_text(LogLevel level, std::string_view line) {
  const std::string_view prefix = level == LogLevel::warning ? "warning: " : "";
  return "wsb: " + printable(std::string(prefix) + std::string(line)) + "\n";
}

std::string as_json(LogLevel level, std::string_view line) {
  const std::string time = iso_time(std::chrono::system_clock::now());
  std::string out = "{\"time\":\"" + time + "\",\"level\":\"" + std::string(name_of(level)) +
                    "\",\"message\":";
  append_json_string(out, line);
  return out + "}\n";
}

}  // namespace

void StderrLog::write(LogLevel level, std::string_view line) {
  if (!enabled(level)) return;
  put(level, line);
}

void StderrLog::put(LogLevel level, std::string_view line) {
  std::string out;
  const std::uint64_t lost = lost_.exchange(0, std::memory_order_relaxed);
  const bool json = format_ == LogFormat::json;
  if (lost > 0) {
    const std::string words = with_thousands(lost) + " lines of the log were lost";
    out = json ? as_json(LogLevel::warning, words) : as_text(LogLevel::warning, words);
  }
  out += json ? as_json(level, line) : as_text(level, line);
  if (write_all(kStderr, out) != 0) lost_.fetch_add(lost + 1, std::memory_order_relaxed);
}

void print_line(std::string_view line) {
  // Nobody to tell when standard error itself fails.
  static_cast<void>(write_all(kStderr, "wsb: " + printable(line) + "\n"));
}

}  // namespace wsb::cli

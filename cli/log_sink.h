#pragma once

// Lines on standard error: for people, each "wsb: …", or one JSON object each for programs. Quiet
// when nobody reads them: a failed write changes nothing, what is lost is counted, and told when
// lines arrive again. Any thread: a line is one write.

#include <atomic>
#include <cstdint>
#include <string_view>

#include "core/base/log.h"

namespace wsb::cli {

enum class LogFormat { text, json };

class StderrLog final : public Log {
 public:
  explicit StderrLog(LogLevel level, LogFormat format = LogFormat::text)
      : level_(level), format_(format) {}

  // Controls in the line are made visible: it may quote a peer.
  void write(LogLevel level, std::string_view line) override;
  [[nodiscard]] bool enabled(LogLevel level) const override { return level <= level_; }

 private:
  void put(LogLevel level, std::string_view line);

  const LogLevel level_;
  const LogFormat format_;
  std::atomic<std::uint64_t> lost_{0};  // lines, since the last one that arrived
};

// One line on standard error whatever the level.
void print_line(std::string_view line);

}  // namespace wsb::cli

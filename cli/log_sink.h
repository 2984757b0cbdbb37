#pragma once

// Lines for people on standard error, each "wsb: …". Quiet when nobody reads them: a failed write
// changes nothing. Any thread: a line is one write.

#include <string_view>

#include "core/base/log.h"

namespace wsb::cli {

class StderrLog final : public Log {
 public:
  explicit StderrLog(LogLevel level) : level_(level) {}

  // Controls in the line are made visible: it may quote a peer.
  void write(LogLevel level, std::string_view line) override;
  [[nodiscard]] bool enabled(LogLevel level) const override { return level <= level_; }

 private:
  LogLevel level_;
};

// One line on standard error whatever the level.
void print_line(std::string_view line);

}  // namespace wsb::cli

#pragma once

// Where the core reports what an operator wants to read. The core never prints: `cli` passes a
// sink. Implementations are called from any worker thread and must be safe for that.

#include <string_view>

namespace wsb {

enum class LogLevel { error, warning, info, debug };

class Log {
 public:
  virtual ~Log() = default;
  // One line without a newline: lower case, no full stop.
  virtual void write(LogLevel level, std::string_view line) = 0;
  [[nodiscard]] virtual bool enabled(LogLevel level) const = 0;
};

}  // namespace wsb

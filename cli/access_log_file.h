#pragma once

// The access log in its file. Workers hand over lines and go on; a thread of its own writes them,
// so that a slow disk holds up nobody. What cannot be written is lost: counted, told in the log,
// and no reason to stop. Built and destroyed on the main thread.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "cli/log_sink.h"
#include "cli/output_queue.h"
#include "core/base/result.h"
#include "core/net/access_log.h"

namespace wsb::cli {

class AccessLogFile final : public net::AccessLog {
 public:
  static constexpr std::size_t kWaitingBytes = std::size_t{4} << 20U;

  // "-" is standard output; any other file is made if need be, and appended to. `log` outlives it.
  // Errors: cannot_write.
  [[nodiscard]] static Result<std::unique_ptr<AccessLogFile>> open(const std::string& path,
                                                                   LogFormat format, Log& log);
  // Writes what waits, within a second.
  ~AccessLogFile() override;
  AccessLogFile(const AccessLogFile&) = delete;
  AccessLogFile& operator=(const AccessLogFile&) = delete;

  void write(const net::AccessEntry& entry) override;
  // Any thread: closes the file and opens the one that has its name now, for logrotate; if that
  // fails the old one stays. Not for standard output.
  void reopen();

 private:
  using Clock = std::chrono::steady_clock;

  AccessLogFile(std::string path, LogFormat format, Log& log, int fd);

  void run();
  void wait(int timeout_ms) const;
  void wake() const;
  void write_what_waits();
  void take();
  void write_out();
  void reopen_now();
  void lose(std::uint64_t lines, std::string_view why);
  void tell_lost();

  const std::string path_;
  const LogFormat format_;
  Log& log_;
  const int wake_fd_;

  std::mutex mutex_;
  std::string waiting_;      // whole lines
  std::uint64_t refused_ = 0;  // lines for which there was no room
  std::atomic<bool> reopen_{false};
  std::atomic<bool> ending_{false};

  // The thread's own.
  int fd_;
  std::unique_ptr<OutputQueue> out_;
  bool cut_ = false;  // the last line that went out was cut
  bool failing_ = false;
  std::uint64_t lost_ = 0;  // lines, not told yet
  Clock::time_point told_{};

  std::thread thread_;
};

}  // namespace wsb::cli

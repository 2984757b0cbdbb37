#include "cli/access_log_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "cli/access_line.h"
#include "cli/std_streams.h"
#include "core/base/check.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

constexpr std::chrono::seconds kPatience(1);    // at the end
constexpr std::chrono::seconds kTellEvery(10);  // that lines are being lost
constexpr mode_t kMode = 0640;

// Never waits, as for the reader of a named pipe. Answers the descriptor, or -1 and the errno.
int open_file(const std::string& path) {
  return ::open(path.c_str(),
                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, kMode);
}

std::string why_not(int error_number) {
  if (error_number == ENXIO) return "nobody reads this named pipe";
  return std::strerror(error_number);
}

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Result<std::unique_ptr<AccessLogFile>> AccessLogFile::open(const std::string& path,
                                                           LogFormat format, Log& log) {
  const int fd = path == "-" ? kStdout : open_file(path);
  if (fd < 0) {
    return make_error(ErrorCode::cannot_write, "--access-log: cannot open '" + printable(path) +
                                                   "': " + why_not(errno));
  }
  return std::unique_ptr<AccessLogFile>(new AccessLogFile(path, format, log, fd));
}

AccessLogFile::AccessLogFile(std::string path, LogFormat format, Log& log, int fd)
    : path_(std::move(path)),
      format_(format),
      log_(log),
      wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      fd_(fd),
      out_(std::make_unique<OutputQueue>(fd)),
      thread_([this] { run(); }) {
  WSB_CHECK(wake_fd_ >= 0);
}

AccessLogFile::~AccessLogFile() {
  ending_ = true;
  wake();
  thread_.join();
  if (fd_ != kStdout) ::close(fd_);
  ::close(wake_fd_);
}

void AccessLogFile::wake() const {
  const std::uint64_t one = 1;
  // Full: it is awake.
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
}

void AccessLogFile::write(const net::AccessEntry& entry) {
  const auto now = std::chrono::system_clock::now();
  const std::string line =
      format_ == LogFormat::json ? access_line_json(entry, now) : access_line_text(entry, now);
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > kWaitingBytes) {
      ++refused_;
      return;
    }
    first = waiting_.empty();
    waiting_ += line;
  }
  if (first) wake();
}

void AccessLogFile::reopen() {
  if (path_ == "-") return;
  reopen_ = true;
  wake();
}

// ---- the thread

void AccessLogFile::run() {
  while (!ending_) {
    wait(-1);
    if (reopen_.exchange(false)) reopen_now();
    write_what_waits();
  }
  const Clock::time_point until = Clock::now() + kPatience;
  for (write_what_waits(); !out_->empty() && Clock::now() < until; write_what_waits()) wait(100);
  const std::string left = out_->take();
  lost_ += lines_in(left);
  {
    const std::lock_guard lock(mutex_);
    lost_ += refused_ + lines_in(waiting_);
  }
  if (lost_ > 0) tell_lost();
}

// For a wake, or for room in the file while something waits for it.
void AccessLogFile::wait(int timeout_ms) const {
  std::array<pollfd, 2> fds{{{wake_fd_, POLLIN, 0}, {out_->empty() ? -1 : fd_, POLLOUT, 0}}};
  ::poll(fds.data(), fds.size(), timeout_ms);
  std::uint64_t wakes = 0;
  [[maybe_unused]] const auto got = ::read(wake_fd_, &wakes, sizeof wakes);
}

void AccessLogFile::write_what_waits() {
  while (!reopen_) {
    take();
    if (out_->empty()) return;
    write_out();
    if (!out_->empty()) return;
  }
}

// While the file does not take what is there, the rest waits where it is bounded.
void AccessLogFile::take() {
  if (!out_->empty()) return;
  std::string lines;
  {
    const std::lock_guard lock(mutex_);
    lines.swap(waiting_);
    lost_ += std::exchange(refused_, 0);
  }
  if (cut_ && !lines.empty()) out_->buffer() += '\n';
  out_->buffer() += lines;
}

void AccessLogFile::write_out() {
  if (out_->empty()) return;
  const std::size_t before = out_->size();
  const int error_number = out_->write();
  if (error_number != 0) {
    cut_ = !out_->between_lines() || (cut_ && out_->size() == before);
    return lose(lines_in(out_->take()), why_not(error_number));
  }
  if (out_->size() == before) return;
  failing_ = cut_ = false;
  if (lost_ > 0 && Clock::now() - told_ >= kTellEvery) tell_lost();
}

void AccessLogFile::lose(std::uint64_t lines, std::string_view why) {
  lost_ += lines;
  if (std::exchange(failing_, true)) return;
  log_.write(LogLevel::error, "cannot write the access log '" + path_ + "': " + std::string(why) +
                                  "; its lines are lost until it can be written again");
}

void AccessLogFile::tell_lost() {
  log_.write(LogLevel::warning,
             with_thousands(std::exchange(lost_, 0)) + " lines of the access log were lost");
  told_ = Clock::now();
}

void AccessLogFile::reopen_now() {
  const int fd = open_file(path_);
  if (fd < 0) {
    log_.write(LogLevel::error, "cannot reopen the access log '" + path_ +
                                    "', the old one stays: " + why_not(errno));
    return;
  }
  // What came before is for the old file. What that does not take is for the new one, but for the
  // line that is half in the old.
  take();
  write_out();
  const bool cut = !out_->between_lines();
  std::string left = out_->take();
  if (cut) {
    left.erase(0, left.find('\n') + 1);
    ++lost_;
  }
  ::close(std::exchange(fd_, fd));
  out_ = std::make_unique<OutputQueue>(fd_);
  out_->buffer() += left;
  cut_ = false;
}

}  // namespace wsb::cli

#include "cli/output_queue.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace wsb::cli {
namespace {

// A pipe that polls as writable takes so much without blocking.
constexpr std::size_t kSafeWrite = PIPE_BUF;
constexpr std::size_t kKeptBytes = std::size_t{256} << 10U;

}  // namespace

OutputQueue::OutputQueue(int fd) : fd_(fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return;
  is_pipe_ = S_ISFIFO(status.st_mode);
  may_block_ = is_pipe_ || S_ISSOCK(status.st_mode) || ::isatty(fd) == 1;
}

bool OutputQueue::would_block() const {
  pollfd entry{fd_, POLLOUT, 0};
  return may_block_ && ::poll(&entry, 1, 0) != 1;
}

Bytes OutputQueue::take() {
  bytes_.erase(0, std::exchange(at_, 0));
  return std::exchange(bytes_, {});
}

int OutputQueue::write() {
  while (!empty() && !would_block()) {
    const std::size_t size = may_block_ ? std::min(this->size(), kSafeWrite) : this->size();
    const ssize_t wrote = ::write(fd_, bytes_.data() + at_, size);
    if (wrote >= 0) {
      at_ += static_cast<std::size_t>(wrote);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  if (empty() || at_ > kKeptBytes) {
    bytes_.erase(0, at_);
    at_ = 0;
  }
  return 0;
}

}  // namespace wsb::cli

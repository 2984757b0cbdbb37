#include "core/app/open_files.h"

#include <sys/resource.h>

#include <limits>

#include "core/base/text.h"

namespace wsb::app {
namespace {

constexpr std::uint64_t kAmple = 4096;

rlimit open_files() {
  rlimit limit{};
  // Cannot fail for a resource that exists and a pointer that is ours.
  [[maybe_unused]] const int result = getrlimit(RLIMIT_NOFILE, &limit);
  return limit;
}

std::uint64_t as_count(rlim_t value) {
  return value == RLIM_INFINITY ? std::numeric_limits<std::uint64_t>::max() : value;
}

}  // namespace

OpenFilesLimit open_files_limit() {
  const rlimit limit = open_files();
  return {as_count(limit.rlim_cur), as_count(limit.rlim_max)};
}

std::uint64_t raise_open_files() {
  rlimit limit = open_files();
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    // Refused: what was allowed before remains, and the caller learns it.
    [[maybe_unused]] const int result = setrlimit(RLIMIT_NOFILE, &limit);
  }
  return open_files_limit().soft;
}

std::string open_files_warning(std::uint64_t limit) {
  if (limit >= kAmple) return "";
  return "only " + with_thousands(limit) +
         " files may be open at once, and each client is one; 'ulimit -Hn' raises the limit";
}

}  // namespace wsb::app

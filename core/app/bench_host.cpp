#include "core/app/bench_host.h"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <thread>

#include <sched.h>

#include "core/app/open_files.h"

namespace wsb::app {
load::PreflightFacts preflight_facts() {
  load::PreflightFacts facts;
  facts.open_files_hard = open_files_limit().hard;
  facts.open_files_system = facts.open_files_hard;
  std::ifstream("/proc/sys/fs/nr_open") >> facts.open_files_system;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
  if (range >> first >> last) {
    facts.first_port = first;
    facts.last_port = last;
  }
  return facts;
}

report::BenchHost bench_host() {
  report::BenchHost host;
  utsname names{};
  if (uname(&names) == 0) host.kernel = names.release;
  host.cores = usable_cores();
  host.open_files = open_files_limit().soft;
  return host;
}

std::size_t usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) {
    return static_cast<std::size_t>(CPU_COUNT(&set));
  }
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

Duration thread_cpu_time() {
  timespec time{};
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return Duration{0};
  return std::chrono::seconds(time.tv_sec) + Duration{time.tv_nsec};
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

}  // namespace wsb::app

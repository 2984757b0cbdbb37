#include "cli/service_manager.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace wsb::cli {
namespace {

// A manager that listens in the abstract namespace, for as long as the object lives.
class Manager {
 public:
  Manager() : name_("@wsb-test-" + std::to_string(::getpid())) {
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name_.data() + 1, name_.size() - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    ::setenv("NOTIFY_SOCKET", name_.c_str(), 1);
  }
  ~Manager() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(fd_);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  std::string read() {
    std::array<char, 256> words{};
    const ssize_t size = ::recv(fd_, words.data(), words.size(), 0);
    return size < 0 ? "" : std::string(words.data(), static_cast<std::size_t>(size));
  }

 private:
  const std::string name_;
  int fd_ = -1;
};

TEST_CASE("the service manager hears what it is told") {
  Manager manager;
  CHECK(notify_service_manager("READY=1"));
  CHECK(manager.read() == "READY=1");
}

TEST_CASE("without a service manager nobody is told, and nothing happens") {
  ::unsetenv("NOTIFY_SOCKET");
  CHECK_FALSE(notify_service_manager("READY=1"));
  for (const char* nowhere : {"", "@", "relative", "/nonexistent/socket", "@wsb-nobody-listens"}) {
    CAPTURE(nowhere);
    ::setenv("NOTIFY_SOCKET", nowhere, 1);
    CHECK_FALSE(notify_service_manager("READY=1"));
  }
  ::setenv("NOTIFY_SOCKET", std::string(200, '/').c_str(), 1);
  CHECK_FALSE(notify_service_manager("READY=1"));
  ::unsetenv("NOTIFY_SOCKET");
}

TEST_CASE("the watchdog's interval is taken if it is for this process") {
  const auto taken = [](const char* interval, const std::string& pid) {
    ::setenv("WATCHDOG_USEC", interval, 1);
    if (!pid.empty()) ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    const auto found = take_watchdog_interval();
    CHECK(std::getenv("WATCHDOG_USEC") == nullptr);
    CHECK(std::getenv("WATCHDOG_PID") == nullptr);
    return found;
  };
  CHECK(take_watchdog_interval() == std::nullopt);
  CHECK(taken("30000000", "") == Duration(std::chrono::seconds(30)));
  CHECK(taken("1", std::to_string(::getpid())) == Duration(std::chrono::microseconds(1)));
  CHECK(taken("30000000", "1") == std::nullopt);
  for (const char* bad : {"", "0", "-1", "x", "99999999999999999999"}) {
    CAPTURE(bad);
    CHECK(taken(bad, "") == std::nullopt);
  }
}

}  // namespace
}  // namespace wsb::cli

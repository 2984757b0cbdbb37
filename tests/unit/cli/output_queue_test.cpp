#include "cli/output_queue.h"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace wsb::cli {
namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
  ~Pipe() {
    close_reader();
    ::close(ends[1]);
  }
  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  std::string read_all(std::size_t size) const {
    std::string out(size, '\0');
    const ssize_t got = ::read(ends[0], out.data(), size);
    out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return out;
  }
  std::array<int, 2> ends{};
};

TEST_CASE("a full pipe takes what it can without blocking, and the rest later") {
  const Pipe pipe;
  OutputQueue queue(pipe.ends[1]);
  CHECK(queue.is_pipe());
  const std::string big(1'000'000, 'x');
  queue.buffer() += big;
  CHECK(queue.write() == 0);
  CHECK_FALSE(queue.empty());
  const std::string rest = queue.take();
  CHECK(rest == std::string(rest.size(), 'x'));
  CHECK(queue.empty());
  queue.buffer() += rest;
  std::string read;
  while (read.size() < big.size()) {
    read += pipe.read_all(65536);
    REQUIRE(queue.write() == 0);
  }
  CHECK(queue.empty());
  CHECK(read == big);
  CHECK((::fcntl(pipe.ends[1], F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("a pipe without a reader is EPIPE") {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_reader();
  OutputQueue queue(pipe.ends[1]);
  queue.buffer() += "x";
  CHECK(queue.write() == EPIPE);
}

TEST_CASE("a file takes everything at once, and a full disk is ENOSPC") {
  const int null = ::open("/dev/null", O_WRONLY);
  OutputQueue file(null);
  CHECK_FALSE(file.is_pipe());
  file.buffer() += std::string(1'000'000, 'x');
  CHECK(file.write() == 0);
  CHECK(file.empty());
  ::close(null);
  const int full = ::open("/dev/full", O_WRONLY);
  OutputQueue queue(full);
  queue.buffer() += "x";
  CHECK(queue.write() == ENOSPC);
  ::close(full);
}

}  // namespace
}  // namespace wsb::cli

#include "cli/std_streams.h"

#include <catch2/catch.hpp>

#include <cerrno>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

TEST_CASE("everything is written, or the reason says why not") {
  const ScratchFile file;
  CHECK(write_all(file.fd(), "one ") == 0);
  CHECK(write_all(file.fd(), "two") == 0);
  CHECK(file.content() == "one two");
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  CHECK(write_all(full, "x") == ENOSPC);
  ::close(full);
  CHECK(write_all(-1, "x") == EBADF);
}

TEST_CASE("closed streams are occupied: input ends at once, output still fails") {
  const ScratchFile spare;
  const Redirect in(kStdin, spare.fd());
  const Redirect out(kStdout, spare.fd());
  ::close(kStdin);
  ::close(kStdout);
  occupy_closed_streams();
  char byte = 0;
  const ssize_t got = ::read(kStdin, &byte, 1);
  const int failed = write_all(kStdout, "x");
  CHECK(got == 0);
  CHECK(failed == EBADF);
}

}  // namespace
}  // namespace wsb::cli

#include "core/base/error.h"

#include <catch2/catch.hpp>

#include <cerrno>

using namespace wsb;

TEST_CASE("an error says its message") {
  const Error error = make_error(ErrorCode::malformed_url, "no host in 'ws://'");
  CHECK(error.code == ErrorCode::malformed_url);
  CHECK(error.sys_errno == 0);
  CHECK(error.text() == "no host in 'ws://'");
}

TEST_CASE("an error of a system call ends with what the system says") {
  const Error error = make_errno_error(ErrorCode::bind, "bind", EADDRINUSE);
  CHECK(error.sys_errno == EADDRINUSE);
  CHECK(error.text() == "bind: Address already in use");
}

TEST_CASE("context is read from the outside in") {
  const Error error = make_errno_error(ErrorCode::bind, "bind", EACCES)
                          .with_context("cannot listen on '0.0.0.0:80'")
                          .with_context("worker 3");
  CHECK(error.text() == "worker 3: cannot listen on '0.0.0.0:80': bind: Permission denied");
  CHECK(error.code == ErrorCode::bind);
}

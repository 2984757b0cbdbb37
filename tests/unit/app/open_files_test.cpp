#include "core/app/open_files.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>

#include "core/app/bench_host.h"

namespace {

using namespace wsb::app;

TEST_CASE("the limit of open files is raised as far as it may be") {
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = 100;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(open_files_limit().soft == 100);
  const auto hard = preflight_facts().open_files_hard;
  CHECK(open_files_limit().hard == hard);
  CHECK(raise_open_files() == hard);
  CHECK(bench_host().open_files == hard);
}

TEST_CASE("few open files are worth a warning, ample ones are not") {
  CHECK(open_files_warning(1024) ==
        "only 1,024 files may be open at once, and each client is one; "
        "'ulimit -Hn' raises the limit");
  CHECK(open_files_warning(4096).empty());
}

}  // namespace

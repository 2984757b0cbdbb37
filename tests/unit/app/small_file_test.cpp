#include "core/app/small_file.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/access_files.h"

using namespace wsb;
using namespace wsb::app;

TEST_CASE("a small file is read whole, a missing or large one is an error that names it") {
  AccessFiles files;
  CHECK(read_small_file("token file", files.write("a", "one\ntwo")).value() == "one\ntwo");
  CHECK(read_small_file("token file", files.write("empty", "")).value().empty());
  const auto missing = read_small_file("token file", files.path("none"));
  CHECK(missing.error().text() ==
        "cannot read the token file '" + files.path("none") + "': No such file or directory");
  const std::string large = files.write("large", std::string((1U << 20U) + 1, 'x'));
  CHECK(read_small_file("key", large).error().text() ==
        "the key '" + large + "' is larger than 1MiB");
}

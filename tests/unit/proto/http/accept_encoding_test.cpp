#include "core/proto/http/accept_encoding.h"

#include <catch2/catch.hpp>

using namespace wsb::http;

TEST_CASE("gzip is sent to whom it is welcome") {
  struct Row {
    const char* value;
    bool gzip;
  };
  const Row row = GENERATE(values<Row>({
      {"gzip", true},
      {"GZIP", true},
      {"x-gzip", true},
      {"gzip, deflate, br, zstd", true},
      {"deflate, gzip;q=1.0, *;q=0.5", true},
      {"*", true},
      {"*;q=0.001", true},
      {"br;q=1, *;q=0.5", true},
      {"gzip;q=0.5, identity;q=0.5", true},
      {"gzip;q=0.5, identity;q=0", true},
      {"gzip ; q=0.8", true},
      {"gzip;Q=0.8", true},
      {"gzip;q=1.", true},
      {"gzip;q=1.000", true},
      {"", false},
      {"identity", false},
      {"br", false},
      {"gzip;q=0", false},
      {"gzip;q=0.000", false},
      {"*;q=0", false},
      {"gzip;q=0, *", false},
      {"gzip;q=0.5, identity", false},
      {"identity;q=0.501, gzip;q=0.5", false},
      {"gzipped", false},
      {"gzip;q=", false},
      {"gzip;q=2", false},
      {"gzip;q=1.001", false},
      {"gzip;q=0.1234", false},
      {"gzip;q=-1", false},
      {"gzip;q=.5", false},
      {"gzip;q=0,5", false},
      {"gzip;level=9", false},
      {"gzip;q=0.5;q=1", false},
  }));
  INFO(row.value);
  CHECK(prefers_gzip({{"Accept-Encoding", row.value}}) == row.gzip);
}

TEST_CASE("without Accept-Encoding nothing is compressed") {
  CHECK_FALSE(prefers_gzip({}));
  CHECK_FALSE(prefers_gzip({{"Accept", "gzip"}}));
}

TEST_CASE("Accept-Encoding may come in several fields") {
  CHECK(prefers_gzip({{"Accept-Encoding", "br"}, {"accept-encoding", "gzip"}}));
  CHECK_FALSE(prefers_gzip({{"Accept-Encoding", "gzip;q=0.1"}, {"Accept-Encoding", "identity"}}));
}

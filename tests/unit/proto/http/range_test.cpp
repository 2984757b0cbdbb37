#include "core/proto/http/range.h"

#include <catch2/catch.hpp>

using namespace wsb::http;

namespace {

const Validators kCurrent{"\"abc\"", sys_seconds(std::chrono::seconds(784'111'777))};

ByteRange choose(const char* range, std::uint64_t total) {
  return choose_range({{"Range", range}}, total, kCurrent);
}

}  // namespace

TEST_CASE("a range of bytes is cut to what there is") {
  struct Row {
    const char* range;
    std::uint64_t total;
    std::uint64_t offset;
    std::uint64_t size;
    const char* content_range;
  };
  const Row row = GENERATE(values<Row>({
      {"bytes=0-499", 10000, 0, 500, "bytes 0-499/10000"},
      {"bytes=500-999", 10000, 500, 500, "bytes 500-999/10000"},
      {"bytes=-500", 10000, 9500, 500, "bytes 9500-9999/10000"},
      {"bytes=9500-", 10000, 9500, 500, "bytes 9500-9999/10000"},
      {"bytes=0-0", 10000, 0, 1, "bytes 0-0/10000"},
      {"bytes=-1", 10000, 9999, 1, "bytes 9999-9999/10000"},
      {"bytes=0-", 10000, 0, 10000, "bytes 0-9999/10000"},
      {"bytes=9999-20000", 10000, 9999, 1, "bytes 9999-9999/10000"},
      {"bytes=-20000", 10000, 0, 10000, "bytes 0-9999/10000"},
      {"bytes=0-99999999999999999999999", 10, 0, 10, "bytes 0-9/10"},
      {"bytes=-99999999999999999999999", 10, 0, 10, "bytes 0-9/10"},
      {"BYTES=0-1", 10, 0, 2, "bytes 0-1/10"},
      {"bytes= 0-1 ", 10, 0, 2, "bytes 0-1/10"},
      {"bytes=0-1,", 10, 0, 2, "bytes 0-1/10"},
      {"bytes=00-01", 10, 0, 2, "bytes 0-1/10"},
      {"bytes=0-18446744073709551615", 18446744073709551615ULL, 0, 18446744073709551615ULL,
       "bytes 0-18446744073709551614/18446744073709551615"},
  }));
  INFO(row.range);
  const ByteRange chosen = choose(row.range, row.total);
  CHECK(chosen == ByteRange{RangeKind::part, row.offset, row.size});
  CHECK(content_range(chosen, row.total) == row.content_range);
}

TEST_CASE("a range that begins behind the end cannot be satisfied") {
  struct Row {
    const char* range;
    std::uint64_t total;
  };
  const Row row = GENERATE(values<Row>({
      {"bytes=10-", 10},
      {"bytes=10-11", 10},
      {"bytes=99999999999999999999-", 10},
      {"bytes=0-0", 0},
      {"bytes=0-", 0},
      {"bytes=-0", 10},
      {"bytes=-0", 0},
  }));
  INFO(row.range);
  CHECK(choose(row.range, row.total).kind == RangeKind::unsatisfiable);
  CHECK(unsatisfied_content_range(row.total) == "bytes */" + std::to_string(row.total));
}

TEST_CASE("a range that cannot be read, another unit, and several ranges get the whole") {
  const char* range =
      GENERATE("", "bytes", "bytes=", "bytes=-", "bytes=1", "bytes=a-b", "bytes=1-0", "bytes=+1-2",
               "bytes=1--2", "bytes=0x0-1", "bytes=0 - 1", "bytes =0-1", "items=0-1", "0-1",
               "bytes=0-1,3-4", "bytes=0-0,-1", "bytes=20-,30-", "bytes=,");
  INFO(range);
  CHECK(choose(range, 10) == ByteRange{RangeKind::whole, 0, 10});
}

TEST_CASE("no range field and two of them get the whole") {
  CHECK(choose_range({}, 10, kCurrent) == ByteRange{RangeKind::whole, 0, 10});
  CHECK(choose_range({{"Range", "bytes=0-1"}, {"Range", "bytes=0-1"}}, 10, kCurrent) ==
        ByteRange{RangeKind::whole, 0, 10});
}

TEST_CASE("the end of nothing is the whole of it") {
  CHECK(choose("bytes=-5", 0) == ByteRange{RangeKind::whole, 0, 0});
}

TEST_CASE("If-Range wants the same strong entity tag") {
  struct Row {
    const char* if_range;
    bool holds;
  };
  const Row row = GENERATE(values<Row>({
      {"\"abc\"", true},
      {" \"abc\" ", true},
      {"W/\"abc\"", false},
      {"\"abd\"", false},
      {"*", false},
      {"", false},
      {"\"abc\", \"abd\"", false},
      {"Sun, 06 Nov 1994 08:49:37 GMT", false},
  }));
  INFO(row.if_range);
  const Headers headers{{"Range", "bytes=0-1"}, {"If-Range", row.if_range}};
  const RangeKind expected = row.holds ? RangeKind::part : RangeKind::whole;
  CHECK(choose_range(headers, 10, kCurrent).kind == expected);
}

TEST_CASE("If-Range on a weak entity tag and twice gets the whole") {
  const Headers once{{"Range", "bytes=0-1"}, {"If-Range", "W/\"abc\""}};
  CHECK(choose_range(once, 10, {"W/\"abc\"", {}}).kind == RangeKind::whole);
  const Headers twice{{"Range", "bytes=0-1"}, {"If-Range", "\"abc\""}, {"If-Range", "\"abc\""}};
  CHECK(choose_range(twice, 10, kCurrent).kind == RangeKind::whole);
}

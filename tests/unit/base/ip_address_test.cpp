#include "core/base/ip_address.h"

#include <catch2/catch.hpp>

using namespace wsb;

namespace {

IpAddress address_of(const char* text) {
  const std::optional<IpAddress> address = IpAddress::parse(text);
  REQUIRE(address.has_value());
  return *address;
}

}  // namespace

TEST_CASE("an address is read and written in its shortest form") {
  struct Row {
    const char* text;
    const char* written;
    bool is_v4;
  };
  const Row row = GENERATE(values<Row>({
      {"192.0.2.1", "192.0.2.1", true},
      {"0.0.0.0", "0.0.0.0", true},
      {"255.255.255.255", "255.255.255.255", true},
      {"::", "::", false},
      {"::1", "::1", false},
      {"2001:DB8:0:0:0:0:0:1", "2001:db8::1", false},
      {"fe80::1", "fe80::1", false},
      {"::ffff:192.0.2.1", "192.0.2.1", true},
      {"::ffff:c000:201", "192.0.2.1", true},
  }));
  INFO(row.text);
  const IpAddress address = address_of(row.text);
  CHECK(address.text() == row.written);
  CHECK(address.is_v4() == row.is_v4);
  CHECK(address.bits() == (row.is_v4 ? 32 : 128));
}

TEST_CASE("what is no address is refused") {
  const std::string text = GENERATE(
      as<std::string>(), "", " ", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ",
      " 1.2.3.4", "1.2.3.4:80", "[::1]", "::1%lo", "1::2::3", "12345::", ":::", "localhost",
      "1.2.3.4/8", std::string("1.2.3.4\0", 8), std::string(100, '1'));
  INFO(text);
  CHECK_FALSE(IpAddress::parse(text).has_value());
}

TEST_CASE("an address is made of the bytes on the wire") {
  CHECK(IpAddress::from_bytes("\xC0\x01\x02\x03") == address_of("192.1.2.3"));
  CHECK(IpAddress::from_bytes(std::string(15, '\0') + "\1") == address_of("::1"));
  CHECK(IpAddress::from_bytes(std::string(10, '\0') + "\xFF\xFF\x0A\x01\x02\x03") ==
        address_of("10.1.2.3"));
}

TEST_CASE("addresses of both families are different and ordered") {
  CHECK(address_of("::1") != address_of("0.0.0.1"));
  CHECK(address_of("::") != address_of("0.0.0.0"));
  CHECK(address_of("10.0.0.1") < address_of("10.0.0.2"));
  CHECK(address_of("10.0.0.1") == address_of("::ffff:10.0.0.1"));
}

TEST_CASE("an address is cut to a prefix") {
  struct Row {
    const char* text;
    int prefix_bits;
    const char* cut;
  };
  const Row row = GENERATE(values<Row>({
      {"255.255.255.255", 32, "255.255.255.255"},
      {"255.255.255.255", 31, "255.255.255.254"},
      {"255.255.255.255", 12, "255.240.0.0"},
      {"255.255.255.255", 8, "255.0.0.0"},
      {"255.255.255.255", 1, "128.0.0.0"},
      {"255.255.255.255", 0, "0.0.0.0"},
      {"2001:db8:1:2:3:4:5:6", 128, "2001:db8:1:2:3:4:5:6"},
      {"2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::"},
      {"2001:db8:1:3::", 63, "2001:db8:1:2::"},
      {"2001:db8::", 0, "::"},
  }));
  INFO(row.text << "/" << row.prefix_bits);
  CHECK(address_of(row.text).truncated(row.prefix_bits) == address_of(row.cut));
}

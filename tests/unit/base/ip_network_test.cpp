#include "core/base/ip_network.h"

#include <catch2/catch.hpp>

using namespace wsb;

TEST_CASE("a network contains the addresses of its prefix and family") {
  struct Row {
    const char* network;
    const char* address;
    bool contains;
  };
  const Row row = GENERATE(values<Row>({
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"172.16.0.0/12", "172.31.255.255", true},
      {"172.16.0.0/12", "172.32.0.0", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"192.0.2.1/32", "192.0.2.1", true},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "10.0.0.1", false},
      {"::1", "::1", true},
      {"::1", "::2", false},
      {"2001:db8::/32", "2001:db8:ffff::1", true},
      {"2001:db8::/32", "2001:db9::", false},
      {"fc00::/7", "fdff::1", true},
      {"fc00::/7", "fe00::1", false},
  }));
  INFO(row.network << " and " << row.address);
  const Result<IpNetwork> network = IpNetwork::parse(row.network);
  REQUIRE(network.has_value());
  CHECK(network->contains(*IpAddress::parse(row.address)) == row.contains);
}

TEST_CASE("a network is written with its prefix") {
  CHECK(IpNetwork::parse("10.0.0.0/8")->text() == "10.0.0.0/8");
  CHECK(IpNetwork::parse("192.0.2.1")->text() == "192.0.2.1/32");
  CHECK(IpNetwork::parse("2001:DB8::/32")->text() == "2001:db8::/32");
}

TEST_CASE("a network that cannot be read says what is wrong with it") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {"", "invalid network '': expected an address such as '::1' or '10.0.0.0/8'"},
      {"localhost",
       "invalid network 'localhost': expected an address such as '::1' or '10.0.0.0/8'"},
      {"10/8", "invalid network '10/8': expected an address such as '::1' or '10.0.0.0/8'"},
      {"/8", "invalid network '/8': expected an address such as '::1' or '10.0.0.0/8'"},
      {"10.0.0.0/", "invalid network '10.0.0.0/': its prefix is a number from 0 to 32"},
      {"10.0.0.0/33", "invalid network '10.0.0.0/33': its prefix is a number from 0 to 32"},
      {"10.0.0.0/-1", "invalid network '10.0.0.0/-1': its prefix is a number from 0 to 32"},
      {"10.0.0.0/08", "invalid network '10.0.0.0/08': its prefix is a number from 0 to 32"},
      {"10.0.0.0/8/8", "invalid network '10.0.0.0/8/8': its prefix is a number from 0 to 32"},
      {"10.0.0.0/255.0.0.0",
       "invalid network '10.0.0.0/255.0.0.0': its prefix is a number from 0 to 32"},
      {"::/129", "invalid network '::/129': its prefix is a number from 0 to 128"},
      {"10.1.2.3/8",
       "invalid network '10.1.2.3/8': it has bits behind its prefix (did you mean '10.0.0.0/8'?)"},
      {"::1/64", "invalid network '::1/64': it has bits behind its prefix (did you mean '::/64'?)"},
  }));
  INFO(row.text);
  const Result<IpNetwork> network = IpNetwork::parse(row.text);
  REQUIRE_FALSE(network.has_value());
  CHECK(network.error().code == ErrorCode::invalid_argument);
  CHECK(network.error().text() == row.message);
}

TEST_CASE("a list of networks contains what one of them contains") {
  const Result<std::vector<IpNetwork>> networks = parse_networks("10.0.0.0/8, ::1");
  REQUIRE(networks.has_value());
  REQUIRE(networks->size() == 2);
  CHECK(any_contains(*networks, *IpAddress::parse("10.1.1.1")));
  CHECK(any_contains(*networks, *IpAddress::parse("::1")));
  CHECK_FALSE(any_contains(*networks, *IpAddress::parse("127.0.0.1")));
  CHECK_FALSE(any_contains({}, *IpAddress::parse("127.0.0.1")));
}

TEST_CASE("a list of networks with an empty member is refused") {
  const char* list = GENERATE("", ",", "::1,", ",::1", "10.0.0.0/8,,::1");
  INFO(list);
  CHECK_FALSE(parse_networks(list).has_value());
}

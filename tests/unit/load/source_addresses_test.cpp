#include "core/load/source_addresses.h"

#include <catch2/catch.hpp>

#include <set>
#include <string>

namespace {

using namespace wsb::load;

TEST_CASE("localhost and 127.0.0.0/8 are loopback, nothing else is") {
  for (const char* host : {"localhost", "LocalHost", "127.0.0.1", "127.255.3.4"}) {
    INFO(host);
    CHECK(is_ipv4_loopback(host));
  }
  for (const char* host :
       {"", "::1", "128.0.0.1", "127.0.0", "127.0.0.1.5", "127.0.0.", "127.0.0.x",
        "127.example.com", "localhost.example.com", "127.0.0.1000"}) {
    INFO(host);
    CHECK_FALSE(is_ipv4_loopback(host));
  }
}

TEST_CASE("up to 14,000 connections, or to another machine, the kernel chooses the address") {
  CHECK(source_address("127.0.0.1", 0, 14000) == "");
  CHECK(source_address("127.0.0.1", 13999, 14000) == "");
  CHECK(source_address("192.0.2.1", 20000, 30000) == "");
  CHECK(source_address("::1", 20000, 30000) == "");
}

TEST_CASE("more connections than that to a loopback server take 14,000 from each address") {
  CHECK(source_address("localhost", 0, 14001) == "127.0.0.1");
  CHECK(source_address("localhost", 13999, 14001) == "127.0.0.1");
  CHECK(source_address("localhost", 14000, 14001) == "127.0.0.2");
  CHECK(source_address("127.0.0.1", 42000, 100000) == "127.0.0.4");
}

TEST_CASE("a million connections and more have valid addresses, 14,000 on each") {
  std::set<std::string> addresses;
  constexpr std::size_t kTotal = 14000 * 600;
  for (std::size_t block = 0; block < 600; ++block) {
    const auto address = source_address("127.0.0.1", block * 14000, kTotal);
    CHECK(is_ipv4_loopback(address));
    const auto last = address.substr(address.rfind('.') + 1);
    INFO(address);
    CHECK(last != "0");
    CHECK(std::stoi(last) < 255);
    addresses.insert(address);
  }
  CHECK(addresses.size() == 600);
}

}  // namespace

#include "core/net/lws/socket_address.h"

#include <catch2/catch.hpp>

namespace wsb::net {
namespace {

TEST_CASE("numeric addresses and their text") {
  struct Case {
    const char* host;
    const char* text;
  };
  constexpr Case kCases[] = {{"127.0.0.1", "127.0.0.1:80"},
                             {"::1", "[::1]:80"},
                             {"2001:DB8::0:7", "[2001:db8::7]:80"}};
  for (const Case& each : kCases) {
    const auto address = SocketAddress::numeric(each.host, 80);
    REQUIRE(address);
    CHECK(address->text() == each.text);
  }
  for (const char* name : {"localhost", "", "1.2.3", "[::1]", "1.2.3.4:5"})
    CHECK(SocketAddress::numeric(name, 80).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("unix sockets have a file name, or an abstract one behind an @") {
  CHECK(SocketAddress::unix_socket("/run/a.sock").value().text() == "/run/a.sock");
  CHECK(SocketAddress::unix_socket("@abstract").value().text() == "@abstract");
  CHECK(SocketAddress::unix_socket(std::string(107, 'x')));
  CHECK_FALSE(SocketAddress::unix_socket(std::string(108, 'x')));
  CHECK_FALSE(SocketAddress::unix_socket(""));
}

TEST_CASE("an address that is not there has no text") {
  CHECK(SocketAddress::local_of(-1).text().empty());
  CHECK(SocketAddress::remote_of(-1).text().empty());
}

TEST_CASE("the families alternate, beginning with the first") {
  const auto texts = [](const std::vector<const char*>& hosts) {
    std::vector<SocketAddress> addresses;
    for (const char* host : hosts) addresses.push_back(SocketAddress::numeric(host, 1).value());
    alternate_families(addresses);
    std::string out;
    for (const SocketAddress& address : addresses) out += address.text() + " ";
    return out;
  };
  CHECK(texts({}).empty());
  CHECK(texts({"::1", "::2", "::3", "1.1.1.1"}) == "[::1]:1 1.1.1.1:1 [::2]:1 [::3]:1 ");
  CHECK(texts({"1.1.1.1", "1.1.1.2", "::1", "::2"}) == "1.1.1.1:1 [::1]:1 1.1.1.2:1 [::2]:1 ");
}

}  // namespace
}  // namespace wsb::net

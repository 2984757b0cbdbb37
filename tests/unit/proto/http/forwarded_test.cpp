#include "core/proto/http/forwarded.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::http;

namespace {

const std::vector<IpNetwork> kProxies = *parse_networks("10.0.0.0/8,::1");
const ForwardedPeer kProxy{IpAddress::parse("10.0.0.1"), false};

ForwardedPeer find(const Headers& headers, bool trusted = true) {
  return find_forwarded_peer(headers, kProxy, trusted, kProxies);
}

}  // namespace

TEST_CASE("the client is the first from the right who is no proxy of ours") {
  struct Row {
    const char* value;
    const char* client;
  };
  const Row row = GENERATE(values<Row>({
      {"203.0.113.7", "203.0.113.7"},
      {"198.51.100.1, 203.0.113.7", "203.0.113.7"},  // what the client itself sent is ignored
      {"203.0.113.7, 10.0.0.2", "203.0.113.7"},
      {"198.51.100.1, 203.0.113.7, 10.0.0.2, 10.0.0.3", "203.0.113.7"},
      {"203.0.113.7,::1", "203.0.113.7"},
      {"2001:db8::7", "2001:db8::7"},
      {"203.0.113.7:5678", "203.0.113.7"},
      {"[2001:db8::7]:5678", "2001:db8::7"},
      {"[2001:db8::7]", "2001:db8::7"},
      {"::ffff:203.0.113.7", "203.0.113.7"},
      {"10.0.0.2, 10.0.0.3", "10.0.0.2"},  // all are ours: the farthest
      {"", "10.0.0.1"},
      {" , ,", "10.0.0.1"},
      {"unknown", "10.0.0.1"},
      {"203.0.113.7, unknown", "10.0.0.1"},
      {"203.0.113.7, unknown, 10.0.0.2", "10.0.0.2"},
      {"203.0.113.7:", "10.0.0.1"},
      {"203.0.113.7:123456", "10.0.0.1"},
      {"203.0.113.7:x", "10.0.0.1"},
      {"[2001:db8::7", "10.0.0.1"},
      {"[2001:db8::7]x", "10.0.0.1"},
      {"[2001:db8::7]:", "10.0.0.1"},
      {"_hidden, \"203.0.113.7\"", "10.0.0.1"},
      {"\", 203.0.113.7", "203.0.113.7"},  // a client's quote hides nothing
  }));
  INFO(row.value);
  CHECK(find({{"X-Forwarded-For", row.value}}) ==
        ForwardedPeer{IpAddress::parse(row.client), false});
}

TEST_CASE("several fields are one list") {
  CHECK(find({{"X-Forwarded-For", "198.51.100.1"},
              {"x-forwarded-for", "203.0.113.7"},
              {"X-Forwarded-For", "10.0.0.2"}})
            .address == IpAddress::parse("203.0.113.7"));
}

TEST_CASE("a peer that is not trusted speaks only for itself") {
  CHECK(find({{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-Proto", "https"}}, false) ==
        kProxy);
}

TEST_CASE("no fields change nothing") { CHECK(find({}) == kProxy); }

TEST_CASE("a client behind a trusted unix socket gets an address") {
  const ForwardedPeer socket{std::nullopt, false};
  CHECK(find_forwarded_peer({{"X-Forwarded-For", "203.0.113.7"}}, socket, true, {}).address ==
        IpAddress::parse("203.0.113.7"));
  CHECK(find_forwarded_peer({}, socket, true, {}) == socket);
}

TEST_CASE("X-Forwarded-Proto counts from the right like the address") {
  struct Row {
    const char* addresses;
    const char* schemes;
    bool secure;
  };
  const Row row = GENERATE(values<Row>({
      {"203.0.113.7", "https", true},
      {"203.0.113.7", "HTTPS", true},
      {"203.0.113.7", "wss", true},
      {"203.0.113.7", "http", false},
      {"203.0.113.7", "ws", false},
      {"203.0.113.7", "ftp", false},
      {"203.0.113.7", "", false},
      {"203.0.113.7", "https, http", false},  // the left one is the client's own
      {"203.0.113.7, 10.0.0.2", "https, http", true},
      {"203.0.113.7, 10.0.0.2", "https", true},  // of the one that the two hand on
      {"203.0.113.7, 10.0.0.2", "https, http, http", false},
      {"", "https", true},
      {"", "https, http", false},
  }));
  INFO(row.addresses << " with " << row.schemes);
  CHECK(find({{"X-Forwarded-For", row.addresses}, {"X-Forwarded-Proto", row.schemes}}).secure ==
        row.secure);
}

TEST_CASE("a scheme that says nothing leaves the connection's own") {
  const ForwardedPeer secure{IpAddress::parse("10.0.0.1"), true};
  CHECK(find_forwarded_peer({{"X-Forwarded-Proto", "x"}}, secure, true, kProxies).secure);
  CHECK_FALSE(find_forwarded_peer({{"X-Forwarded-Proto", "http"}}, secure, true, kProxies).secure);
}

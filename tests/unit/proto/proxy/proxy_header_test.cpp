#include "core/proto/proxy/proxy_header.h"

#include <catch2/catch.hpp>

#include "core/base/limits.h"

using namespace wsb;
using namespace wsb::proxy;

namespace {

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);
const std::string kAddresses4("\xCB\x00\x71\x07\x0A\x00\x00\x01\x04\xD2\x01\xBB", 12);

// Version 2 with `rest` behind the fixed part.
std::string binary(unsigned command, unsigned family, const std::string& rest) {
  std::string out = kSignature;
  out.push_back(static_cast<char>(command));
  out.push_back(static_cast<char>(family));
  out.push_back(static_cast<char>(rest.size() >> 8U));
  out.push_back(static_cast<char>(rest.size() & 0xFFU));
  return out + rest;
}

SocketAddress endpoint(const char* address, std::uint16_t port) {
  return {*IpAddress::parse(address), port};
}

// Reads `bytes` in one piece and byte by byte, with data of the connection behind it.
ProxyHeader read(const std::string& bytes) {
  ProxyHeaderReader whole;
  const Result<std::size_t> taken = whole.feed(bytes + "GET / HTTP/1.1\r\n");
  REQUIRE(taken.has_value());
  CHECK(*taken == bytes.size());
  REQUIRE(whole.complete());

  ProxyHeaderReader bytewise;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    REQUIRE_FALSE(bytewise.complete());
    REQUIRE(*bytewise.feed(bytes.substr(i, 1)) == 1);
  }
  REQUIRE(bytewise.complete());
  CHECK(*bytewise.feed("G") == 0);
  CHECK(bytewise.header() == whole.header());
  return whole.header();
}

Error refusal(const std::string& bytes) {
  ProxyHeaderReader whole;
  const Result<std::size_t> taken = whole.feed(bytes);
  REQUIRE_FALSE(taken.has_value());
  ProxyHeaderReader bytewise;
  for (const char byte : bytes) {
    const Result<std::size_t> one = bytewise.feed({&byte, 1});
    if (one) continue;
    CHECK(one.error().text() == taken.error().text());
    return taken.error();
  }
  FAIL("refused in one piece, but not byte by byte");
  return taken.error();
}

}  // namespace

TEST_CASE("a line says who the client is") {
  struct Row {
    const char* line;
    const char* source;
    std::uint16_t source_port;
    const char* destination;
    std::uint16_t destination_port;
  };
  const Row row = GENERATE(values<Row>({
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1234 443\r\n", "203.0.113.7", 1234, "10.0.0.1", 443},
      {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255", 65535,
       "255.255.255.255", 65535},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 0 1\r\n", "203.0.113.7", 0, "10.0.0.1", 1},
      {"PROXY TCP6 2001:db8::7 ::1 1234 443\r\n", "2001:db8::7", 1234, "::1", 443},
      {"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
       "65535 65535\r\n",
       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       65535},
      {"PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n", "203.0.113.7", 1, "::1", 2},
  }));
  INFO(row.line);
  const ProxyHeader header = read(row.line);
  CHECK(header.version == 1);
  CHECK(header.source == endpoint(row.source, row.source_port));
  CHECK(header.destination == endpoint(row.destination, row.destination_port));
}

TEST_CASE("a line of an unknown connection says nothing") {
  const std::string line =
      GENERATE(as<std::string>(), "PROXY UNKNOWN\r\n", "PROXY UNKNOWN whatever it is\r\n",
               "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
               "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n");
  CHECK(read(line) == ProxyHeader{1, {}, {}});
}

TEST_CASE("a line that is wrong is refused in words") {
  struct Row {
    const char* line;
    const char* message;
  };
  constexpr const char* kNone = "bad PROXY header: the connection does not begin with one";
  constexpr const char* kKind = "bad PROXY header: it is neither TCP4, TCP6 nor UNKNOWN";
  constexpr const char* kParts = "bad PROXY header: it needs two addresses and two ports";
  constexpr const char* kWrong = "bad PROXY header: an address or a port is wrong";
  constexpr const char* kEnd = "bad PROXY header: its line does not end with CR LF";
  const Row row = GENERATE_COPY(values<Row>({
      {"GET / HTTP/1.1\r\n", kNone},
      {"PROXX", kNone},
      {"proxy TCP4", kNone},
      {"PROXY\r\n", kNone},
      {"\n", kNone},
      {"PROXY \r\n", kKind},
      {"PROXY UDP4 203.0.113.7 10.0.0.1 1 2\r\n", kKind},
      {"PROXY UNKNOWNS\r\n", kKind},
      {"PROXY  TCP4 203.0.113.7 10.0.0.1 1 2\r\n", kKind},
      {"PROXY TCP4\r\n", kParts},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1\r\n", kParts},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1 2 3\r\n", kParts},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1 2 \r\n", kParts},
      {"PROXY TCP4 203.0.113.7  10.0.0.1 1 2\r\n", kParts},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 01 2\r\n", kWrong},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1 65536\r\n", kWrong},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1 -2\r\n", kWrong},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1 \r\n", kWrong},
      {"PROXY TCP4 203.0.113.7 10.0.0.256 1 2\r\n", kWrong},
      {"PROXY TCP4 203.0.113.07 10.0.0.1 1 2\r\n", kWrong},
      {"PROXY TCP4 ::1 ::1 1 2\r\n", kWrong},
      {"PROXY TCP6 203.0.113.7 ::1 1 2\r\n", kWrong},
      {"PROXY TCP6 ::1%lo ::1 1 2\r\n", kWrong},
      {"PROXY TCP4 203.0.113.7 10.0.0.1 1 2\n", kEnd},
      {"PROXY \n", kEnd},
  }));
  INFO(row.line);
  const Error error = refusal(row.line);
  CHECK(error.code == ErrorCode::protocol);
  CHECK(error.text() == row.message);
}

TEST_CASE("a line longer than the longest possible is refused") {
  const Error error = refusal("PROXY UNKNOWN " + std::string(93, 'x'));
  CHECK(error.code == ErrorCode::too_large);
  CHECK(error.text() == "the line of the PROXY header is too long");
  CHECK(read("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n").version == 1);
}

TEST_CASE("the binary form says who the client is") {
  CHECK(read(binary(0x21, 0x11, kAddresses4)) ==
        ProxyHeader{2, endpoint("203.0.113.7", 1234), endpoint("10.0.0.1", 443)});

  const std::string v6 = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x07" +
                         std::string(15, '\0') + "\x01" + std::string("\x04\xD2\x01\xBB", 4);
  CHECK(read(binary(0x21, 0x21, v6)) ==
        ProxyHeader{2, endpoint("2001:db8::7", 1234), endpoint("::1", 443)});
}

TEST_CASE("what follows the addresses of the binary form is skipped") {
  const std::string tlvs("\x01\x00\x02h2\x04\x00\x00", 8);
  CHECK(read(binary(0x21, 0x11, kAddresses4 + tlvs)).source == endpoint("203.0.113.7", 1234));
}

TEST_CASE("the binary form may leave the connection's own addresses") {
  struct Row {
    const char* what;
    unsigned command;
    unsigned family;
    std::string rest;
  };
  const Row row = GENERATE(values<Row>({
      {"LOCAL", 0x20, 0x00, ""},
      {"LOCAL with addresses", 0x20, 0x11, kAddresses4},
      {"LOCAL with what nobody knows", 0x20, 0xFF, "xyz"},
      {"UNSPEC", 0x21, 0x00, ""},
      {"UNSPEC with TLVs", 0x21, 0x00, std::string("\x04\x00\x01x", 4)},
      {"TCP4 of no transport", 0x21, 0x10, kAddresses4},
      {"a unix socket", 0x21, 0x31, std::string(216, 'p')},
  }));
  INFO(row.what);
  CHECK(read(binary(row.command, row.family, row.rest)) == ProxyHeader{2, {}, {}});
}

TEST_CASE("a binary form that is wrong is refused in words") {
  struct Row {
    unsigned command;
    unsigned family;
    std::string rest;
    ErrorCode code;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {0x11, 0x11, kAddresses4, ErrorCode::protocol, "bad PROXY header: its version is unknown"},
      {0x31, 0x11, kAddresses4, ErrorCode::protocol, "bad PROXY header: its version is unknown"},
      {0x22, 0x11, kAddresses4, ErrorCode::protocol, "bad PROXY header: its command is unknown"},
      {0x21, 0x41, kAddresses4, ErrorCode::protocol,
       "bad PROXY header: its address family is unknown"},
      {0x21, 0x13, kAddresses4, ErrorCode::protocol,
       "bad PROXY header: its address family is unknown"},
      {0x21, 0x11, kAddresses4.substr(1), ErrorCode::protocol,
       "bad PROXY header: its addresses are cut off"},
      {0x21, 0x11, "", ErrorCode::protocol, "bad PROXY header: its addresses are cut off"},
      {0x21, 0x21, std::string(35, 'a'), ErrorCode::protocol,
       "bad PROXY header: its addresses are cut off"},
      {0x21, 0x31, std::string(215, 'p'), ErrorCode::protocol,
       "bad PROXY header: its addresses are cut off"},
      {0x21, 0x12, kAddresses4, ErrorCode::unsupported, "the PROXY header speaks of datagrams"},
  }));
  INFO(row.message);
  const Error error = refusal(binary(row.command, row.family, row.rest));
  CHECK(error.code == row.code);
  CHECK(error.text() == row.message);
}

TEST_CASE("a signature that goes wrong is no header") {
  CHECK(refusal(kSignature.substr(0, 11) + "\r").text() ==
        "bad PROXY header: the connection does not begin with one");
  CHECK(refusal("\r\n\r\nGET").text() ==
        "bad PROXY header: the connection does not begin with one");
}

TEST_CASE("the size of the binary form is limited before it is read") {
  const std::string most(limits::kProxyHeaderBytes - 16, 't');
  CHECK(read(binary(0x20, 0, most)).version == 2);
  const Error error = refusal(binary(0x20, 0, most + "t").substr(0, 16));
  CHECK(error.code == ErrorCode::too_large);
  CHECK(error.text() == "a PROXY header of 4097 bytes is larger than 4096");
}

TEST_CASE("a header that has not arrived is not complete") {
  const std::string bytes =
      GENERATE(as<std::string>(), "", "P", "PROXY TCP4 203.0.113.7", "PROXY UNKNOWN\r", "\r\n",
               binary(0x21, 0x11, kAddresses4).substr(0, 27));
  ProxyHeaderReader reader;
  CHECK(*reader.feed(bytes) == bytes.size());
  CHECK_FALSE(reader.complete());
}

#include "core/proto/ws/close_info.h"

#include <catch2/catch.hpp>

#include "tests/unit/proto/ws/hex.h"

using namespace wsb;
using namespace wsb::ws;
using test::hex;

namespace {

Bytes payload_of(const CloseInfo& info) {
  Bytes out;
  append_close_payload(out, info);
  return out;
}

}  // namespace

TEST_CASE("RFC 6455 7.1.5: an empty close body means 1005") {
  CloseInfo info{CloseCode::normal, "left over"};
  CHECK(parse_close_payload("", info) == std::nullopt);
  CHECK(info == CloseInfo{CloseCode::no_status, ""});
  CHECK_FALSE(info.had_code());
}

TEST_CASE("RFC 6455 5.5.1: a close body is a code and a reason") {
  CloseInfo info;
  CHECK(parse_close_payload(hex("03e8"), info) == std::nullopt);
  CHECK(info == CloseInfo{CloseCode::normal, ""});
  CHECK(parse_close_payload(hex("0f9f 62 79 65"), info) == std::nullopt);
  CHECK(info == CloseInfo{static_cast<CloseCode>(3999), "bye"});
  CHECK(info.had_code());
}

TEST_CASE("RFC 6455 5.5.1: a close body of one byte fails with 1002") {
  CloseInfo info;
  CHECK(parse_close_payload(hex("03"), info) ==
        ProtocolError{CloseCode::protocol_error, "close frame with a body of one byte"});
}

TEST_CASE("RFC 6455 7.4: an invalid close code fails with 1002") {
  for (const unsigned number :
       {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 1100U, 2000U, 2999U, 5000U, 65535U}) {
    const Bytes payload = {static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
    CloseInfo info;
    CHECK(parse_close_payload(payload, info) ==
          ProtocolError{CloseCode::protocol_error,
                        "close frame with invalid code " + std::to_string(number)});
  }
}

TEST_CASE("RFC 6455 8.1: a close reason that is not UTF-8 fails with 1007") {
  for (const char* reason : {"ff", "ceba e1bdb9 cf", "eda080", "c0af", "f4908080"}) {
    CloseInfo info;
    CHECK(parse_close_payload(hex("03e8") + hex(reason), info) ==
          ProtocolError{CloseCode::invalid_payload, "close reason is not UTF-8"});
  }
}

TEST_CASE("a close payload is written as it is read") {
  CHECK(payload_of({CloseCode::no_status, "left out"}) == "");
  CHECK(payload_of({CloseCode::normal, ""}) == hex("03e8"));
  CHECK(payload_of({static_cast<CloseCode>(4999), "ok"}) == hex("1387 6f6b"));
}

TEST_CASE("a close reason that is too long is cut between two characters") {
  CHECK(payload_of({CloseCode::normal, std::string(123, 'x')}).size() == 125);
  CHECK(payload_of({CloseCode::normal, std::string(200, 'x')}).size() == 125);
  const std::string reason = std::string(122, 'x') + "\xC3\xA4";
  CHECK(payload_of({CloseCode::normal, reason}) == hex("03e8") + std::string(122, 'x'));
  CHECK(cut_reason("\xE2\x82\xAC", 2).empty());
  CHECK(cut_reason("\xE2\x82\xAC", 3) == "\xE2\x82\xAC");
  CHECK(cut_reason("bad \xFF byte", 123) == "bad ");
}

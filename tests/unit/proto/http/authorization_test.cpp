#include "core/proto/http/authorization.h"

#include <catch2/catch.hpp>

#include "core/base/encoding.h"

using namespace wsb;
using namespace wsb::http;

namespace {

Authorization read(const std::string& value) {
  Result<Authorization> parsed = parse_authorization(value);
  REQUIRE(parsed.has_value());
  return *std::move(parsed);
}

}  // namespace

TEST_CASE("Basic credentials are a user and a password") {
  struct Row {
    std::string value;
    const char* user;
    const char* password;
  };
  const Row row = GENERATE(values<Row>({
      {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},  // RFC 7617 §2
      {"Basic dGVzdDoxMjPCow==", "test", "123\xC2\xA3"},                 // RFC 7617 §2.1
      {"basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"},
      {"Basic   QWxhZGRpbjpvcGVuIHNlc2FtZQ==  ", "Aladdin", "open sesame"},
      {"Basic " + base64_encode("a:b:c"), "a", "b:c"},
      {"Basic " + base64_encode(":"), "", ""},
      {"Basic " + base64_encode("user:"), "user", ""},
  }));
  INFO(row.value);
  const auto credentials = std::get<BasicCredentials>(read(row.value));
  CHECK(credentials.user == row.user);
  CHECK(credentials.password == row.password);
}

TEST_CASE("a Bearer token is taken as it is") {
  CHECK(std::get<BearerToken>(read("Bearer mF_9.B5f-4.1JqM")).token == "mF_9.B5f-4.1JqM");
  CHECK(std::get<BearerToken>(read("BEARER  a+/~==")).token == "a+/~==");
  CHECK(std::get<BearerToken>(read("Bearer p@ss!{=}")).token == "p@ss!{=}");
}

TEST_CASE("an Authorization that is not understood is refused without repeating it") {
  struct Row {
    std::string value;
    ErrorCode code;
    const char* message;
  };
  const Row row = GENERATE(values<Row>({
      {"", ErrorCode::protocol, "the Authorization has no scheme"},
      {"  ", ErrorCode::protocol, "the Authorization has no scheme"},
      {"(x) y", ErrorCode::protocol, "the Authorization has no scheme"},
      {"Digest username=\"a\"", ErrorCode::unsupported,
       "the Authorization is neither Basic nor Bearer"},
      {"QWxhZGRpbjpvcGVuIHNlc2FtZQ", ErrorCode::unsupported,
       "the Authorization is neither Basic nor Bearer"},
      {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ", ErrorCode::protocol,
       "the Basic credentials are not base64"},
      {"Basic a b", ErrorCode::protocol, "the Basic credentials are not base64"},
      {"Basic", ErrorCode::protocol, "the Basic credentials have no colon"},
      {"Basic " + base64_encode("user"), ErrorCode::protocol,
       "the Basic credentials have no colon"},
      {"Basic " + base64_encode("us\ner:x"), ErrorCode::protocol,
       "the Basic credentials have control characters"},
      {"Basic " + base64_encode(std::string("user:\0", 6)), ErrorCode::protocol,
       "the Basic credentials have control characters"},
      {"Bearer", ErrorCode::protocol, "the Bearer token has a bad form"},
      {"Bearer  ", ErrorCode::protocol, "the Bearer token has a bad form"},
      {"Bearer a\x7F", ErrorCode::protocol, "the Bearer token has a bad form"},
      {"Bearer a b", ErrorCode::protocol, "the Bearer token has a bad form"},
      {"Bearer \xC3\xA4", ErrorCode::protocol, "the Bearer token has a bad form"},
  }));
  INFO(row.value);
  const Result<Authorization> parsed = parse_authorization(row.value);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == row.code);
  CHECK(parsed.error().text() == row.message);
}

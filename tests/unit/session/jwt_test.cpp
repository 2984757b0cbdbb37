#include "core/session/jwt.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "core/base/encoding.h"
#include "core/base/limits.h"

using namespace wsb;
using namespace wsb::session;

namespace {

using std::chrono::sys_seconds;

const sys_seconds kNow{std::chrono::seconds(1'000'000)};

std::string base64url(std::string_view bytes) {
  std::string out = base64_encode(bytes);
  out.erase(std::find(out.begin(), out.end(), '='), out.end());
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

std::string token(std::string_view header, std::string_view claims,
                  std::string_view signature = "good") {
  return base64url(header) + "." + base64url(claims) + "." + base64url(signature);
}

// Finds every signature "good" and remembers what was asked.
class FakeVerifier final : public net::JwtVerifier {
 public:
  Result<void> verify(net::JwtAlgorithm, BytesView signed_part,
                      BytesView signature) const override {
    asked = signed_part;
    if (signature == "good") return {};
    return make_error(ErrorCode::protocol, "bad signature");
  }
  mutable std::string asked;
};

JwtGrant grant_of(std::string_view claims, const JwtRules& rules = {}) {
  Result<JwtGrant> grant = check_jwt_claims(claims, rules, kNow);
  if (!grant) FAIL(grant.error().text());
  return *std::move(grant);
}

std::string claim_error(std::string_view claims, const JwtRules& rules = {}) {
  const Result<JwtGrant> grant = check_jwt_claims(claims, rules, kNow);
  REQUIRE_FALSE(grant);
  CHECK(grant.error().code == ErrorCode::protocol);
  return grant.error().text();
}

}  // namespace

TEST_CASE("the token of RFC 7515 is taken apart") {
  const std::string text =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const Result<Jwt> jwt = parse_jwt(text);
  REQUIRE(jwt);
  CHECK(jwt->algorithm == net::JwtAlgorithm::hs256);
  CHECK(jwt->signed_part == text.substr(0, text.rfind('.')));
  CHECK(jwt->claims ==
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
  CHECK(jwt->signature.size() == 32);
}

TEST_CASE("the algorithm is one of three") {
  CHECK(parse_jwt(token(R"({"alg":"RS256","kid":"1"})", "{}"))->algorithm ==
        net::JwtAlgorithm::rs256);
  CHECK(parse_jwt(token(R"({"alg":"ES256"})", "{}"))->algorithm == net::JwtAlgorithm::es256);
}

TEST_CASE("a token that cannot be read is refused without repeating it") {
  struct Row {
    std::string text;
    ErrorCode code;
    const char* message;
  };
  constexpr const char* kParts = "the token does not have three parts";
  constexpr const char* kBase64 = "a part of the token is not base64url";
  constexpr const char* kHeader = "the token's header is not a JSON object";
  constexpr const char* kNames = "the token's header names no algorithm";
  constexpr const char* kAlgorithm = "the token's algorithm is none of HS256, RS256 and ES256";
  const Row row = GENERATE_COPY(values<Row>({
      {"", ErrorCode::protocol, kParts},
      {"a.b", ErrorCode::protocol, kParts},
      {"a.b.c.d.e", ErrorCode::protocol, kParts},
      {"e30.e30.a=", ErrorCode::protocol, kBase64},
      {"e30.e+0.e30", ErrorCode::protocol, kBase64},
      {"e30.e30 .e30", ErrorCode::protocol, kBase64},
      {"..", ErrorCode::protocol, kHeader},
      {token("[]", "{}"), ErrorCode::protocol, kHeader},
      {token("{", "{}"), ErrorCode::protocol, kHeader},
      {token(R"({"alg":"HS256"}x)", "{}"), ErrorCode::protocol, kHeader},
      {token("{}", "{}"), ErrorCode::protocol, kNames},
      {token(R"({"alg":256})", "{}"), ErrorCode::protocol, kNames},
      {token(R"({"alg":null})", "{}"), ErrorCode::protocol, kNames},
      {token(R"({"alg":"none"})", "{}", ""), ErrorCode::unsupported, kAlgorithm},
      {token(R"({"alg":"None"})", "{}", ""), ErrorCode::unsupported, kAlgorithm},
      {token(R"({"alg":""})", "{}"), ErrorCode::unsupported, kAlgorithm},
      {token(R"({"alg":"hs256"})", "{}"), ErrorCode::unsupported, kAlgorithm},
      {token(R"({"alg":"HS512"})", "{}"), ErrorCode::unsupported, kAlgorithm},
      {token(R"({"alg":"PS256"})", "{}"), ErrorCode::unsupported, kAlgorithm},
      {token(R"({"alg":"HS256","crit":["exp"]})", "{}"), ErrorCode::unsupported,
       "the token needs extensions that are not known"},
      {std::string(limits::kJwtBytes + 1, 'a'), ErrorCode::too_large,
       "the token is longer than 8192 bytes"},
  }));
  INFO(row.text);
  const Result<Jwt> jwt = parse_jwt(row.text);
  REQUIRE_FALSE(jwt);
  CHECK(jwt.error().code == row.code);
  CHECK(jwt.error().text() == row.message);
}

TEST_CASE("times are held with a leeway") {
  struct Row {
    const char* claims;
    const char* error;  // nullptr: good
  };
  constexpr const char* kExpired = "the token has expired";
  constexpr const char* kEarly = "the token is not valid yet";
  const Row row = GENERATE_COPY(values<Row>({
      {R"({})", nullptr},
      {R"({"exp":1000001})", nullptr},
      {R"({"exp":999971})", nullptr},
      {R"({"exp":999970})", kExpired},
      {R"({"exp":999970.9})", kExpired},
      {R"({"exp":0})", kExpired},
      {R"({"exp":-5})", kExpired},
      {R"({"nbf":1000030})", nullptr},
      {R"({"nbf":1000031})", kEarly},
      {R"({"nbf":999000,"exp":1001000})", nullptr},
      {R"({"exp":"1000001"})", "the token's claim 'exp' has a wrong form"},
      {R"({"exp":null})", "the token's claim 'exp' has a wrong form"},
      {R"({"exp":1e300})", "the token's claim 'exp' has a wrong form"},
      {R"({"nbf":true})", "the token's claim 'nbf' has a wrong form"},
      {R"({"nbf":-1e300})", "the token's claim 'nbf' has a wrong form"},
  }));
  INFO(row.claims);
  if (row.error != nullptr) {
    CHECK(claim_error(row.claims) == row.error);
  } else {
    grant_of(row.claims);
  }
}

TEST_CASE("without a leeway the second counts") {
  JwtRules rules;
  rules.leeway = Duration::zero();
  CHECK(grant_of(R"({"exp":1000001,"nbf":1000000})", rules).expires ==
        kNow + std::chrono::seconds(1));
  CHECK(claim_error(R"({"exp":1000000})", rules) == "the token has expired");
  CHECK(claim_error(R"({"nbf":1000001})", rules) == "the token is not valid yet");
}

TEST_CASE("audience and issuer must be the expected ones") {
  struct Row {
    const char* claims;
    const char* audience;
    const char* issuer;
    const char* error;
  };
  const Row row = GENERATE(values<Row>({
      {R"({"aud":"chat"})", "chat", "", nullptr},
      {R"({"aud":["news","chat"]})", "chat", "", nullptr},
      {R"({"iss":"https://id.test"})", "", "https://id.test", nullptr},
      {R"({"iss":"whoever"})", "", "", nullptr},
      {R"({"aud":"Chat"})", "chat", "", "the token is for another audience"},
      {R"({"aud":[]})", "chat", "", "the token is for another audience"},
      {R"({})", "chat", "", "the token has no audience"},
      {R"({"aud":"chat"})", "", "", "the token is for an audience, and none is expected"},
      {R"({"aud":7})", "chat", "", "the token's claim 'aud' has a wrong form"},
      {R"({"aud":["chat",7]})", "chat", "", "the token's claim 'aud' has a wrong form"},
      {R"({})", "", "me", "the token has no issuer"},
      {R"({"iss":"you"})", "", "me", "the token is from another issuer"},
      {R"({"iss":["me"]})", "", "me", "the token's claim 'iss' has a wrong form"},
  }));
  INFO(row.claims);
  JwtRules rules;
  rules.audience = row.audience;
  rules.issuer = row.issuer;
  if (row.error != nullptr) {
    CHECK(claim_error(row.claims, rules) == row.error);
  } else {
    grant_of(row.claims, rules);
  }
}

TEST_CASE("rights are for rooms, and everywhere without a claim") {
  struct Row {
    const char* claims;
    RoomRights publish;
    RoomRights subscribe;
  };
  const RoomRights everywhere = RoomRights::everywhere();
  const RoomRights nowhere = RoomRights::nowhere();
  const auto only = [](std::vector<std::string> rooms) {
    return RoomRights::only(std::move(rooms));
  };
  const Row row = GENERATE_COPY(values<Row>({
      {R"({})", everywhere, everywhere},
      {R"({"publish":true,"subscribe":true})", everywhere, everywhere},
      {R"({"publish":false})", nowhere, everywhere},
      {R"({"subscribe":false})", everywhere, nowhere},
      {R"({"rooms":["a","b"]})", only({"a", "b"}), only({"a", "b"})},
      {R"({"rooms":["a","b"],"publish":["b","c"]})", only({"b"}), only({"a", "b"})},
      {R"({"rooms":["a"],"publish":false})", nowhere, only({"a"})},
      {R"({"publish":["a"],"subscribe":[]})", only({"a"}), nowhere},
      {R"({"rooms":[]})", nowhere, nowhere},
  }));
  INFO(row.claims);
  const JwtGrant grant = grant_of(row.claims);
  CHECK(grant.publish == row.publish);
  CHECK(grant.subscribe == row.subscribe);
}

TEST_CASE("rights allow what they name") {
  const JwtGrant grant = grant_of(R"({"sub":"ada","rooms":["a",""],"publish":false})");
  CHECK(grant.subject == "ada");
  CHECK(grant.subscribe.allow("a"));
  CHECK(grant.subscribe.allow(""));
  CHECK_FALSE(grant.subscribe.allow("A"));
  CHECK(grant.subscribe.any());
  CHECK_FALSE(grant.publish.allow("a"));
  CHECK_FALSE(grant.publish.any());
  CHECK(grant_of("{}").publish.allow("whatever"));
}

TEST_CASE("where the rules say so, a token publishes by its claim alone") {
  JwtRules rules;
  rules.publish_by_claim_only = true;
  const auto publish = [&](BytesView claims) {
    return check_jwt_claims(claims, rules, kNow).value().publish;
  };
  CHECK(publish("{}") == RoomRights::nowhere());
  CHECK(publish(R"({"rooms":["a"]})") == RoomRights::nowhere());
  CHECK(publish(R"({"publish":true})") == RoomRights::everywhere());
  CHECK(publish(R"({"rooms":["a"],"publish":true})") == RoomRights::only({"a"}));
  CHECK(check_jwt_claims("{}", rules, kNow)->subscribe == RoomRights::everywhere());
}

TEST_CASE("claims of a wrong form are refused") {
  CHECK(claim_error("") == "the token's claims are not a JSON object");
  CHECK(claim_error("[]") == "the token's claims are not a JSON object");
  CHECK(claim_error("{\"a\":\"\xFF\"}") == "the token's claims are not a JSON object");
  CHECK(claim_error(R"({"sub":7})") == "the token's claim 'sub' has a wrong form");
  CHECK(claim_error(R"({"rooms":"a"})") == "the token's claim 'rooms' has a wrong form");
  CHECK(claim_error(R"({"rooms":[["a"]]})") == "the token's claim 'rooms' has a wrong form");
  CHECK(claim_error(R"({"publish":"yes"})") == "the token's claim 'publish' has a wrong form");
  CHECK(claim_error(R"({"subscribe":1})") == "the token's claim 'subscribe' has a wrong form");
}

TEST_CASE("deep nesting is only text") {
  const std::string deep = "{\"a\":" + std::string(3000, '[') + std::string(3000, ']') + "}";
  CHECK(grant_of(deep).publish.any());
}

TEST_CASE("a token is believed after its signature") {
  const FakeVerifier verifier;
  const std::string good = token(R"({"alg":"HS256"})", R"({"sub":"ada"})");
  const Result<JwtGrant> grant = admit_jwt(good, verifier, {}, kNow);
  REQUIRE(grant);
  CHECK(grant->subject == "ada");
  CHECK(verifier.asked == good.substr(0, good.rfind('.')));

  // The claims of an unsigned token are not even looked at.
  const Result<JwtGrant> forged =
      admit_jwt(token(R"({"alg":"HS256"})", "no claims", "forged"), verifier, {}, kNow);
  REQUIRE_FALSE(forged);
  CHECK(forged.error().text() == "bad signature");
  const Result<JwtGrant> expired =
      admit_jwt(token(R"({"alg":"HS256"})", R"({"exp":5})"), verifier, {}, kNow);
  REQUIRE_FALSE(expired);
  CHECK(expired.error().text() == "the token has expired");
}

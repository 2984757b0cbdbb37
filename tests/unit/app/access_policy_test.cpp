#include "core/app/access_policy.h"

#include <catch2/catch.hpp>

#include "tests/unit/app/access_files.h"

using namespace wsb;
using namespace wsb::app;

namespace {

std::string all_challenges(const AccessRefusal& refusal) {
  std::string text;
  for (const http::Header& header : refusal.response.headers) {
    if (header.name == "WWW-Authenticate") text += " " + header.value;
  }
  return text;
}

// "publish subscribe", "subscribe", "401 …", "403 …"; a question is answered as `password_good`
// says.
std::string judged(const AccessConfig& config, const http::Headers& headers, Right right,
                   std::string_view query = "", int now = 900, bool password_good = false) {
  const auto policy = AccessPolicy::load(config, false);
  REQUIRE(policy);
  const std::chrono::sys_seconds time{std::chrono::seconds(now)};
  AccessJudgement judgement = (*policy)->judge({headers, query}, right, time);
  if (const auto* question = std::get_if<PasswordQuestion>(&judgement)) {
    AccessVerdict verdict = (*policy)->judge_user(question->user, password_good, right);
    judgement = std::visit([](auto& part) { return AccessJudgement(part); }, verdict);
  }
  if (const auto* refusal = std::get_if<AccessRefusal>(&judgement)) {
    return std::to_string(refusal->response.status) + all_challenges(*refusal);
  }
  const auto& grant = std::get<AccessGrant>(judgement);
  std::string text;
  if (!grant.subject.empty()) text = grant.subject + ": ";
  if (grant.publish.any()) text += "publish ";
  if (grant.subscribe.any()) text += "subscribe";
  return text;
}

http::Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

constexpr const char* kAsked = "401 Bearer realm=\"wsb\"";
constexpr const char* kBad = "401 Bearer realm=\"wsb\", error=\"invalid_token\"";
constexpr const char* kLacking = "403 Bearer realm=\"wsb\", error=\"insufficient_scope\"";

}  // namespace

TEST_CASE("without tokens everybody may all, whatever they send") {
  CHECK(judged({}, {}, Right::connect) == "publish subscribe");
  CHECK(judged({}, bearer("x"), Right::publish) == "publish subscribe");
}

TEST_CASE("another page is refused whatever its token, also for pages") {
  AccessConfig config;
  config.token = "t";
  http::Headers headers = bearer("t");
  headers.add("Origin", "https://evil.test");
  headers.add("Host", "example.com");
  CHECK(judged(config, headers, Right::connect) == "403");
  CHECK(judged(config, headers, Right::page) == "403");
}

TEST_CASE("with tokens, who connects must have one of them") {
  AccessFiles files;
  AccessConfig config;
  config.token = "first";
  config.token_file = files.write("tokens", "# mine\nsecond\nthird\n");
  for (const char* token : {"first", "second", "third"}) {
    CHECK(judged(config, bearer(token), Right::connect) == "publish subscribe");
  }
  CHECK(judged(config, {}, Right::connect) == kAsked);
  CHECK(judged(config, {}, Right::publish) == kAsked);
  CHECK(judged(config, bearer("fourth"), Right::connect) == kBad);
  CHECK(judged(config, bearer("secon"), Right::connect) == kBad);
  CHECK(judged(config, {{"Authorization", "Basic Zmlyc3Q6"}}, Right::connect) == kBad);
  CHECK(judged(config, {{"Authorization", "first"}}, Right::connect) == kBad);
  CHECK(judged(config, {}, Right::page) == "publish subscribe");
}

TEST_CASE("a token in the query counts only when it is asked for, and behind the header") {
  AccessConfig config;
  config.token = "a+b";
  CHECK(judged(config, {}, Right::connect, "token=a%2Bb") == kAsked);
  config.token_in_query = true;
  CHECK(judged(config, {}, Right::connect, "x=1&token=a%2Bb") == "publish subscribe");
  CHECK(judged(config, {}, Right::connect, "token=a+b") == kBad);
  CHECK(judged(config, {}, Right::connect, "token=") == kBad);
  CHECK(judged(config, bearer("other"), Right::connect, "token=a%2Bb") == kBad);
}

TEST_CASE("with tokens for publishers, the others only subscribe") {
  AccessFiles files;
  AccessConfig config;
  config.token = "reader";
  config.publish_token_file = files.write("publishers", "writer");
  CHECK(judged(config, bearer("writer"), Right::connect) == "publish subscribe");
  CHECK(judged(config, bearer("writer"), Right::publish) == "publish subscribe");
  CHECK(judged(config, bearer("reader"), Right::connect) == "subscribe");
  CHECK(judged(config, bearer("reader"), Right::publish) == kLacking);
  CHECK(judged(config, {}, Right::connect) == kAsked);

  config.token.clear();
  CHECK(judged(config, {}, Right::connect) == "subscribe");
  CHECK(judged(config, {}, Right::publish) == kAsked);
  CHECK(judged(config, bearer("reader"), Right::connect) == kBad);
}

namespace {

// Signed with HS256 and the secret 0123456789abcdef0123456789abcdef.
// {"sub":"alice","exp":1000}
const std::string kAlice =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTAwMH0."
    "q8YcaNg7hNynZoEN5mzE0J3nHuZsDTlEuSnUqQJCBZY";
// {"rooms":["a"],"publish":false}
const std::string kReader =
    "eyJhbGciOiJIUzI1NiJ9.eyJyb29tcyI6WyJhIl0sInB1Ymxpc2giOmZhbHNlfQ."
    "8QrHSFA6IKpEuPyAucJJRPLrfa80sWhwTIRkgYQuduM";
// {"publish":["a"],"aud":"chat","iss":"us"}
const std::string kWriter =
    "eyJhbGciOiJIUzI1NiJ9.eyJwdWJsaXNoIjpbImEiXSwiYXVkIjoiY2hhdCIsImlzcyI6InVzIn0."
    "68E1nIzN7UyJodbVJmd7BFHudo1dlzPwAzgmUjALvJA";
// {"sub":"alice"}, with another secret
const std::string kForged =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.qM2sE_OXSJQhT2_h4EeQLF6ERNu0a_9cITxxBBYYw3o";

AccessConfig with_jwt_key(AccessFiles& files) {
  AccessConfig config;
  config.jwt_key_files = {files.write("old", "another secret, of which few tokens are left\n"),
                          files.write("key", "0123456789abcdef0123456789abcdef\n")};
  return config;
}

std::string bad_because(const std::string& why) {
  return std::string(kBad) + ", error_description=\"" + why + '"';
}

}  // namespace

TEST_CASE("a JWT that one of the keys has signed lets in until it expires") {
  AccessFiles files;
  AccessConfig config = with_jwt_key(files);
  CHECK(judged(config, bearer(kAlice), Right::connect) == "alice: publish subscribe");
  CHECK(judged(config, bearer(kAlice), Right::connect, "", 1031) ==
        bad_because("the token has expired"));
  CHECK(judged(config, bearer(kForged), Right::connect) ==
        bad_because("the token's signature is wrong"));
  CHECK(judged(config, bearer("x"), Right::connect) ==
        bad_because("the token does not have three parts"));
  CHECK(judged(config, {}, Right::connect) == kAsked);
  CHECK(judged(config, {}, Right::page) == "publish subscribe");
  config.token_in_query = true;
  CHECK(judged(config, {}, Right::connect, "token=" + kAlice) == "alice: publish subscribe");
  const auto policy = AccessPolicy::load(config, false).value();
  CHECK(policy->description() == "2 JWT keys");
}

TEST_CASE("a JWT says for whom it is, from whom, and what it allows") {
  AccessFiles files;
  AccessConfig config = with_jwt_key(files);
  CHECK(judged(config, bearer(kReader), Right::connect) == "subscribe");
  CHECK(judged(config, bearer(kReader), Right::publish) == kLacking);
  CHECK(judged(config, bearer(kWriter), Right::connect) ==
        bad_because("the token is for an audience, and none is expected"));
  config.jwt_audience = "chat";
  CHECK(judged(config, bearer(kWriter), Right::connect) == "publish subscribe");
  CHECK(judged(config, bearer(kReader), Right::connect) ==
        bad_because("the token has no audience"));
  config.jwt_issuer = "them";
  CHECK(judged(config, bearer(kWriter), Right::connect) ==
        bad_because("the token is from another issuer"));
}

TEST_CASE("where publishers are apart, a JWT publishes by its claim alone") {
  AccessFiles files;
  AccessConfig config = with_jwt_key(files);
  config.publish_token_file = files.write("publishers", "writer");
  config.token = "reader";
  CHECK(judged(config, bearer(kAlice), Right::connect) == "alice: subscribe");
  CHECK(judged(config, bearer("reader"), Right::connect) == "subscribe");
  CHECK(judged(config, bearer("writer"), Right::connect) == "publish subscribe");
  config.jwt_audience = "chat";
  CHECK(judged(config, bearer(kWriter), Right::publish) == "publish subscribe");
}

TEST_CASE("a user and a password let in, to pages too, and the name is known") {
  AccessFiles files;
  AccessConfig config;
  const std::string hash = "$5$salt$" + std::string(43, 'h');
  config.password_file = files.write("users", "ada:" + hash + "\n");
  const http::Headers ada{{"Authorization", "Basic YWRhOnB3"}};
  const std::string basic = "401 Basic realm=\"wsb\", charset=\"UTF-8\"";
  for (const Right right : {Right::page, Right::connect, Right::publish}) {
    CHECK(judged(config, {}, right) == basic);
    CHECK(judged(config, bearer("x"), right) == basic);
    CHECK(judged(config, ada, right) == basic);
    CHECK(judged(config, ada, right, "", 900, true) == "ada: publish subscribe");
  }
  CHECK(AccessPolicy::load(config, false).value()->description() == "1 password");

  config.token = "reader";
  config.publish_token_file = files.write("publishers", "writer");
  CHECK(judged(config, {}, Right::page) == basic + " Bearer realm=\"wsb\"");
  CHECK(judged(config, bearer("x"), Right::page) ==
        basic + " Bearer realm=\"wsb\", error=\"invalid_token\"");
  CHECK(judged(config, bearer("reader"), Right::page) == "subscribe");
  CHECK(judged(config, bearer("writer"), Right::publish) == "publish subscribe");
  CHECK(judged(config, ada, Right::connect, "", 900, true) == "ada: subscribe");
  CHECK(judged(config, ada, Right::publish, "", 900, true) == kLacking);
}

TEST_CASE("a file that cannot be used is an error that names it and not what it holds") {
  AccessFiles files;
  AccessConfig config;
  config.token_file = files.write("tokens", "good\nnot good\n");
  const auto bad = AccessPolicy::load(config, false);
  REQUIRE_FALSE(bad);
  CHECK(bad.error().text().starts_with("the token file '" + config.token_file + "': line 2: "));
  CHECK(bad.error().text().find("not good") == std::string::npos);
  config.token_file = files.write("empty", "\n");
  CHECK_FALSE(AccessPolicy::load(config, false));
  config.token_file = files.path("missing");
  CHECK(AccessPolicy::load(config, false).error().code == ErrorCode::cannot_read);
  config.token_file.clear();
  config.password_file = files.write("users", "ada:plain text\n");
  const auto plain = AccessPolicy::load(config, false);
  REQUIRE_FALSE(plain);
  CHECK(plain.error().text().starts_with("the password file '" + config.password_file +
                                         "': line 1: the password of 'ada' is not hashed"));
  CHECK(plain.error().text().find("plain text") == std::string::npos);
  config.password_file.clear();
  config.jwt_key_files = {files.write("short", "short secret")};
  const auto key = AccessPolicy::load(config, false);
  REQUIRE_FALSE(key);
  CHECK(key.error().text().starts_with("cannot use the JWT key '" + files.path("short") + "'"));
  CHECK(key.error().text().find("short secret") == std::string::npos);
}

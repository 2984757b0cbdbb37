#include "core/base/secret.h"

#include <catch2/catch.hpp>

#include <type_traits>

#include "core/base/limits.h"

using namespace wsb;

namespace {

std::string message_of(const std::string& file_text) {
  const Result<std::vector<Secret>> secrets = parse_secrets(file_text);
  REQUIRE_FALSE(secrets.has_value());
  CHECK(secrets.error().code == ErrorCode::invalid_argument);
  return secrets.error().text();
}

}  // namespace

TEST_CASE("a secret matches itself and nothing else") {
  struct Row {
    const char* secret;
    std::string candidate;
    bool matches;
  };
  const Row row = GENERATE(values<Row>({
      {"s3cret", "s3cret", true},
      {"x", "x", true},
      {"s3cret", "s3creT", false},
      {"s3cret", "S3cret", false},
      {"s3cret", "s3cre", false},
      {"s3cret", "s3crets", false},
      {"s3cret", "", false},
      {"ab", "abab", false},  // a repetition of the secret is not the secret
      {"a", "aaaa", false},
      {"s3cret", std::string("s3cret\0", 7), false},
      {"s3cret", std::string(1 << 20, 's'), false},
  }));
  INFO(row.secret);
  CHECK(Secret::parse(row.secret)->matches(row.candidate) == row.matches);
}

TEST_CASE("a secret cannot be turned into text") {
  CHECK_FALSE(std::is_convertible_v<Secret, std::string>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string_view>);
}

TEST_CASE("a token that no header can carry is refused without repeating it") {
  constexpr const char* kCharacters =
      "the token has a space, a control or a character beyond ASCII, which a header cannot carry";
  struct Row {
    std::string text;
    const char* message;
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"", "the token is empty"},
      {"two words", kCharacters},
      {"tab\t", kCharacters},
      {"line\n", kCharacters},
      {"\x7F", kCharacters},
      {"\xC3\xA4", kCharacters},
      {std::string(1, '\0'), kCharacters},
      {std::string(limits::kSecretBytes + 1, 'x'), "the token is longer than 4096 bytes"},
  }));
  const Result<Secret> secret = Secret::parse(row.text);
  REQUIRE_FALSE(secret.has_value());
  CHECK(secret.error().code == ErrorCode::invalid_argument);
  CHECK(secret.error().text() == row.message);
}

TEST_CASE("a token of the greatest length is taken") {
  const std::string longest(limits::kSecretBytes, 'x');
  CHECK(Secret::parse(longest)->matches(longest));
}

TEST_CASE("a file has a token a line") {
  const Result<std::vector<Secret>> secrets =
      parse_secrets("# of November\r\nnew\r\n\n#\n  old  \n#hash\n");
  REQUIRE(secrets.has_value());
  CHECK(secrets->size() == 3);
  CHECK(any_matches(*secrets, "new"));
  CHECK(any_matches(*secrets, "old"));
  CHECK(any_matches(*secrets, "#hash"));
  CHECK_FALSE(any_matches(*secrets, "# of November"));
  CHECK_FALSE(any_matches(*secrets, ""));
  CHECK_FALSE(any_matches({}, "new"));
}

TEST_CASE("a file without a token, and with a bad one, is refused") {
  CHECK(message_of("") == "there is no token in it");
  CHECK(message_of("\n# none\n") == "there is no token in it");
  CHECK(message_of("good\n\ntwo words\n") ==
        "line 3: the token has a space, a control or a character beyond ASCII, which a header "
        "cannot carry");
}

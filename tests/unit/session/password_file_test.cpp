#include "core/session/password_file.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::session;

namespace {

const std::string kBcrypt = "$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW";
const std::string kSha256 = "$5$saltsalt$yrhPKxCqiWcCE9h0g86j6Ugz7SDFdFm.BjU.d8RaQnC";
const std::string kRounds = "$5$rounds=1000$saltsalt$nKsyTQBmKz4GdCft0Sv/FbzLiu0y3wFdEXOzudLQLJ5";
const std::string kSha512 =
    "$6$rounds=1000$saltsalt$/IiX/CoEcxCZ9SksEXnbjfCT1LGvD4z5OpJkaFYl/"
    "T37OAwuKZ8I8BixDhruhPLkw6lS7dw/6wQWgQnGo7lLg/";
const std::string kYescrypt = "$y$j75$saltsaltsaltsalt$5FgbSgBB4fyGXMI4/2dzQj444VCNFyMhArt7BcxmllC";

}  // namespace

TEST_CASE("a file has the hashes of its users") {
  const Result<PasswordFile> file =
      PasswordFile::parse("# made by hand\n\nada:" + kBcrypt + "\r\nbob smith:" + kSha256 +
                          "\ncy:" + kSha512 + "\ndi:" + kYescrypt + "\ned:" + kRounds);
  REQUIRE(file);
  CHECK(file->size() == 5);
  const auto expect = [&](const char* user, const std::string& hash) {
    const PasswordFile::Match match = file->find(user);
    CHECK(match.known);
    CHECK(match.hash == hash);
  };
  expect("ada", kBcrypt);
  expect("bob smith", kSha256);
  expect("cy", kSha512);
  expect("di", kYescrypt);
  expect("ed", kRounds);
}

TEST_CASE("an unknown user meets the hash of somebody else") {
  const Result<PasswordFile> file = PasswordFile::parse("ada:" + kBcrypt);
  REQUIRE(file);
  for (const char* user : {"", "Ada", "ada ", "ad"}) {
    CHECK_FALSE(file->find(user).known);
    CHECK(file->find(user).hash == kBcrypt);
  }
}

TEST_CASE("a file that cannot be used says what to do, and repeats no password") {
  struct Row {
    std::string text;
    std::string message;
  };
  const std::string advice = "make the line with 'htpasswd -B' or 'mkpasswd -m yescrypt'";
  const std::string plain =
      "line 1: the password of 'ada' is not hashed, or in a way that is not known: " + advice;
  const std::string weak =
      "line 1: the password of 'ada' is hashed with MD5 or SHA-1, which is too weak: " + advice;
  const std::string cut =
      "line 1: the password of 'ada' is cut off or has wrong characters: " + advice;
  const Row row = GENERATE_COPY(values<Row>({
      {"", "there is no user in it"},
      {"# nobody\n\n", "there is no user in it"},
      {"\nada\n", "line 2: it is not 'user:hash'"},
      {":" + kBcrypt, "line 1: it is not 'user:hash'"},
      {"ada:secret", plain},
      {"ada:", plain},
      {"ada:rqXexS6ZhobKA", plain},  // DES
      {"ada:$2x$05$" + kBcrypt.substr(7), plain},
      {"ada:$9$x$y", plain},
      {"ada:$apr1$salt$VnLJrZ9lOqXvE4.EHaXRz1", weak},
      {"ada:$1$salt$VnLJrZ9lOqXvE4.EHaXRz1", weak},
      {"ada:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", weak},
      {"ada:" + kBcrypt.substr(0, 59), cut},
      {"ada:" + kBcrypt + "x", cut},
      {"ada:" + kBcrypt + ":comment", cut},
      {"ada:" + kSha512 + " ", cut},
      {"ada:" + kYescrypt.substr(0, 40), cut},
      {"ada:$5$", cut},
      {"ada:$6$salt", cut},
      {"ada:" + kBcrypt + "\nbob:" + kBcrypt + "\nada:" + kSha256, "line 3: 'ada' is there twice"},
      {"a\x1b:x",
       "line 1: the password of 'a\\x1b' is not hashed, or in a way that is not known: " + advice},
  }));
  INFO(row.text);
  const Result<PasswordFile> file = PasswordFile::parse(row.text);
  REQUIRE_FALSE(file);
  CHECK(file.error().code == ErrorCode::invalid_argument);
  CHECK(file.error().text() == row.message);
}

#include "core/session/password_check.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::session;

namespace {

// All of "open sesame", made by libxcrypt with the least work.
PasswordFile example() {
  Result<PasswordFile> file = PasswordFile::parse(
      "bcrypt_y:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n"
      "bcrypt_b:$2b$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n"
      "sha256:$5$rounds=1000$saltsalt$nKsyTQBmKz4GdCft0Sv/FbzLiu0y3wFdEXOzudLQLJ5\n"
      "sha512:$6$rounds=1000$saltsalt$/IiX/CoEcxCZ9SksEXnbjfCT1LGvD4z5OpJkaFYl/"
      "T37OAwuKZ8I8BixDhruhPLkw6lS7dw/6wQWgQnGo7lLg/\n"
      "yescrypt:$y$j75$saltsaltsaltsalt$5FgbSgBB4fyGXMI4/2dzQj444VCNFyMhArt7BcxmllC\n");
  REQUIRE(file);
  return *std::move(file);
}

}  // namespace

TEST_CASE("a password is checked by the method of its hash") {
  const PasswordFile file = example();
  for (const char* user : {"bcrypt_y", "bcrypt_b", "sha256", "sha512", "yescrypt"}) {
    INFO(user);
    CHECK(check_password(file, user, "open sesame"));
    CHECK_FALSE(check_password(file, user, "open Sesame"));
    CHECK_FALSE(check_password(file, user, "open sesam"));
    CHECK_FALSE(check_password(file, user, "open sesame "));
    CHECK_FALSE(check_password(file, user, ""));
  }
}

TEST_CASE("an unknown user is not let in with somebody else's password") {
  CHECK_FALSE(check_password(example(), "nobody", "open sesame"));
  CHECK_FALSE(check_password(example(), "", "open sesame"));
}

TEST_CASE("a password that crypt would cut is refused") {
  const PasswordFile file = example();
  CHECK_FALSE(check_password(file, "sha256", std::string("open sesame\0x", 13)));
  CHECK_FALSE(check_password(file, "sha256", std::string(100'000, 'x')));
}

#include "core/proto/http/shown_target.h"

#include <catch2/catch.hpp>

namespace wsb::http {

TEST_CASE("a target without credentials is shown as it is") {
  for (const char* target : {"/", "/chat", "/chat?", "/chat?room=a&room=b&&since=7", "*", "",
                             "/a?token", "/a%20b?x=%zz", "http://host:80/a?room=b"}) {
    CHECK(without_credentials(target) == target);
  }
}

TEST_CASE("the value of a parameter that is a credential is cut") {
  CHECK(without_credentials("/?token=abc") == "/?token=***");
  CHECK(without_credentials("/chat?room=a&token=abc&room=b") == "/chat?room=a&token=***&room=b");
  CHECK(without_credentials("/?token=a=b&access_token=c") == "/?token=***&access_token=***");
  CHECK(without_credentials("/socket.io/?EIO=4&sid=xyz") == "/socket.io/?EIO=4&sid=***");
  CHECK(without_credentials("/?token=") == "/?token=***");
}

TEST_CASE("a name counts in whatever case, however it is encoded, and if it cannot be read") {
  CHECK(without_credentials("/?TOKEN=abc") == "/?TOKEN=***");
  CHECK(without_credentials("/?%74oken=abc") == "/?%74oken=***");
  CHECK(without_credentials("/?to%zzken=abc") == "/?to%zzken=***");
  CHECK(without_credentials("/?tokens=abc") == "/?tokens=abc");
}

TEST_CASE("a user and password in front of a host are cut") {
  CHECK(without_credentials("http://me:pw@host/a?jwt=x") == "http://host/a?jwt=***");
  CHECK(without_credentials("http://host/a@b") == "http://host/a@b");
  CHECK(without_credentials("http://me@host") == "http://host");
  CHECK(without_credentials("/?token=x&next=http://me@host") == "/?token=***&next=http://me@host");
}

}  // namespace wsb::http

#include "cli/version.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

TEST_CASE("the version names wsb, its libraries and the event loop") {
  const std::string text = version_text();
  CHECK(text.starts_with("wsb " + std::string(version()) + "\n"));
  CHECK(text.back() == '\n');
  for (const char* word : {"libwebsockets ", "OpenSSL ", "libuv ", "event loop: libuv"}) {
    INFO(word << " in " << text);
    CHECK(text.find(word) != std::string::npos);
  }
}

}  // namespace
}  // namespace wsb::cli

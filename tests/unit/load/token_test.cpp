#include "core/load/token.h"

#include <catch2/catch.hpp>

#include <string>

#include "core/load/crc32c.h"

namespace {

using namespace wsb;
using namespace wsb::load;

constexpr std::uint32_t kRun = 0x9f1c22ab;

Token example() {
  return {kRun, 0x0102, 0x00000abc, TimePoint{Duration{0x123456789abcde}}, 4660us};
}

std::string text_of(const Token& token) {
  std::string text(kTokenBytes, '?');
  write_token(text, token);
  return text;
}

TEST_CASE("a token is 59 characters of [0-9a-z.] with the fields in their places") {
  const auto text = text_of(example());
  const std::string before_crc = "wsb1.9f1c22ab.0102.00000abc.123456789abcde.001234.";
  CHECK(text.size() == 59);
  CHECK(text.substr(0, before_crc.size()) == before_crc);
  char crc[10];
  std::snprintf(crc, sizeof crc, "%08x.", crc32c(before_crc));
  CHECK(text.substr(before_crc.size()) == crc);
  CHECK(text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.") == std::string::npos);
}

TEST_CASE("writing a token touches only its own bytes") {
  std::string payload(64, '#');
  write_token(payload, example());
  CHECK(payload.substr(kTokenBytes) == "#####");
  write_token(payload, Token{kRun, 0, 0, TimePoint{}, 0us});
  CHECK(payload.substr(0, 50) == "wsb1.9f1c22ab.0000.00000000.00000000000000.000000.");
}

TEST_CASE("a token is found as written, wherever it stands") {
  const auto text = text_of(example());
  for (const std::string& payload :
       {text, text + "padding", R"({"type":"broadcast","payload":")" + text + R"("})",
        "alice: " + text, "wsb1." + text, "wsb" + text}) {
    Token found;
    INFO(payload);
    CHECK(find_token(payload, kRun, found) == TokenSearch::found);
    CHECK(found == example());
  }
}

TEST_CASE("what cannot be represented is cut: negative lag to zero, long lag to 'unknown'") {
  auto token = example();
  token.lag = -5us;
  Token found;
  CHECK(find_token(text_of(token), kRun, found) == TokenSearch::found);
  CHECK(found.lag == 0us);
  token.lag = 20s;
  CHECK(find_token(text_of(token), kRun, found) == TokenSearch::found);
  CHECK(found.lag == kLagUnknown);
  token.lag = kLagUnknown - 1us;
  CHECK(find_token(text_of(token), kRun, found) == TokenSearch::found);
  CHECK(found.lag == 16777214us);
  token.lag = 1999ns;
  CHECK(find_token(text_of(token), kRun, found) == TokenSearch::found);
  CHECK(found.lag == 1us);
}

TEST_CASE("a token of another run is foreign, and ours behind it is still found") {
  auto stranger = example();
  stranger.run = kRun + 1;
  Token found;
  CHECK(find_token(text_of(stranger), kRun, found) == TokenSearch::foreign);
  CHECK(find_token(text_of(stranger) + text_of(example()), kRun, found) == TokenSearch::found);
  CHECK(found == example());
}

TEST_CASE("a token with any character changed is never found") {
  const auto text = text_of(example());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto damaged = text;
    damaged[i] = damaged[i] == '7' ? '8' : '7';
    Token found;
    INFO("character " << i);
    // Within the magic there is nothing left that looks like a token.
    CHECK(find_token(damaged, kRun, found) == (i < 5 ? TokenSearch::none : TokenSearch::corrupt));
  }
}

TEST_CASE("a token cut short, or in capitals, is corrupt") {
  const auto text = text_of(example());
  Token found;
  for (std::size_t length = 5; length < kTokenBytes; ++length) {
    CHECK(find_token(text.substr(0, length), kRun, found) == TokenSearch::corrupt);
  }
  auto capitals = text;
  for (auto& c : capitals) {
    if (c >= 'a' && c <= 'f' && &c - capitals.data() > 4) c = static_cast<char>(c - 'a' + 'A');
  }
  CHECK(find_token(capitals, kRun, found) == TokenSearch::corrupt);
}

TEST_CASE("payloads without a token have none") {
  Token found;
  for (const char* payload :
       {"", "w", "wsb1", "hello", R"({"type":"welcome"})", "wsb2.9f1c22ab."}) {
    CHECK(find_token(payload, kRun, found) == TokenSearch::none);
  }
}

}  // namespace

#include "core/base/encoding.h"

#include <catch2/catch.hpp>

#include <string>

using namespace wsb;
using namespace std::string_literals;

namespace {

std::string sha1_hex(BytesView bytes) {
  const auto digest = sha1(bytes);
  return hex_encode({digest.data(), digest.size()});
}

}  // namespace

TEST_CASE("base64 encodes and decodes the vectors of RFC 4648 section 10") {
  struct Row {
    const char* bytes;
    const char* text;
  };
  const Row row = GENERATE(values<Row>({{"", ""},
                                        {"f", "Zg=="},
                                        {"fo", "Zm8="},
                                        {"foo", "Zm9v"},
                                        {"foob", "Zm9vYg=="},
                                        {"fooba", "Zm9vYmE="},
                                        {"foobar", "Zm9vYmFy"}}));
  CHECK(base64_encode(row.bytes) == row.text);
  CHECK(base64_decode(row.text) == Bytes(row.bytes));
}

TEST_CASE("base64 carries every byte value") {
  Bytes all;
  for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
  const std::string text = base64_encode(all);
  CHECK(text.substr(0, 12) == "AAECAwQFBgcI");
  CHECK(text.substr(text.size() - 8) == "/P3+/w==");
  CHECK(base64_decode(text) == all);
}

TEST_CASE("base64 that is not canonical and padded is refused") {
  const char* text = GENERATE("Z", "Zg", "Zg=", "Zg===", "=", "====", "Zh==", "Zm9=", "Zm9v=",
                              "Zg==Zg==", "Z=g=", "Zm9v\n", "Zm 9v===", "Zm9-", "Zm9_",
                              "\xC3\xA4zz", "Zm9vZ===");
  INFO(text);
  CHECK(base64_decode(text) == std::nullopt);
}

TEST_CASE("a NUL within base64 is refused") { CHECK(base64_decode("Zm\0v"s) == std::nullopt); }

TEST_CASE("hexadecimal is written in lower case") {
  CHECK(hex_encode("") == "");
  CHECK(hex_encode("\x00\xFF\x1A"s) == "00ff1a");
}

TEST_CASE("hexadecimal is read in both cases, with spaces between bytes") {
  CHECK(hex_decode("") == Bytes());
  CHECK(hex_decode("00ff1A") == "\x00\xFF\x1A"s);
  CHECK(hex_decode(" 00 FF  1a ") == "\x00\xFF\x1A"s);
}

TEST_CASE("hexadecimal with half a byte or another character is refused") {
  const char* text = GENERATE("0", "000", "0 0", "00 f", "0x00", "gg", "0g", "00,ff", "00\tff");
  INFO(text);
  CHECK(hex_decode(text) == std::nullopt);
}

TEST_CASE("SHA-1 gives the digests of RFC 3174") {
  CHECK(sha1_hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  CHECK(sha1_hex(std::string(1'000'000, 'a')) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_CASE("SHA-1 pads right on both sides of a block's end") {
  CHECK(sha1_hex(std::string(55, 'a')) == "c1c8bbdc22796e28c0e15163d20899b65621d65a");
  CHECK(sha1_hex(std::string(56, 'a')) == "c2db330f6083854c99d4b5bfb6e8f29f201be699");
  CHECK(sha1_hex(std::string(63, 'a')) == "03f09f5b158a7a8cdad920bddc29b81c18a551f5");
  CHECK(sha1_hex(std::string(64, 'a')) == "0098ba824b5c16427bd7a1122a5a442a25ec644d");
}

TEST_CASE("SHA-1 and base64 give the accept value of RFC 6455 section 1.3") {
  const auto digest = sha1("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  CHECK(base64_encode({digest.data(), digest.size()}) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("base64url is read without padding, in its canonical form only") {
  struct Row {
    const char* text;
    std::optional<Bytes> bytes;
  };
  const Row row = GENERATE(values<Row>({
      {"", ""},
      {"Zg", "f"},
      {"Zm8", "fo"},
      {"Zm9v", "foo"},
      {"A-z_4ME", "\x03\xec\xff\xe0\xc1"},  // RFC 7515, appendix C
      {"Zg==", std::nullopt},
      {"Z", std::nullopt},
      {"Zm9vY", std::nullopt},
      {"Zh", std::nullopt},  // bits behind the last byte
      {"Zm9", std::nullopt},
      {"A+z/4ME", std::nullopt},
      {"Zm 9", std::nullopt},
  }));
  INFO(row.text);
  CHECK(base64url_decode(row.text) == row.bytes);
}

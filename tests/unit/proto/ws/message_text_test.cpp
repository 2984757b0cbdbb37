// Text messages must be UTF-8 (RFC 6455 §8.1), and what cannot become UTF-8 any more fails at once.

#include <catch2/catch.hpp>

#include "core/base/utf8.h"
#include "core/proto/ws/message_decoder.h"
#include "tests/unit/proto/ws/hex.h"
#include "tests/unit/proto/ws/recorder.h"

using namespace wsb;
using namespace wsb::ws;
using test::Events;
using test::frame;
using test::hex;
using test::Recorder;

namespace {

const Events kNotUtf8 = {"error: 1007 text is not UTF-8"};
const Events kCutCharacter = {"error: 1007 text ends inside a character"};

Events decode(BytesView bytes, Role role = Role::client) {
  MessageDecoderOptions options;
  options.role = role;
  MessageDecoder decoder(options);
  Recorder recorder;
  decoder.feed(bytes, recorder);
  return recorder.events;
}

const char* const kGood[] = {
    "",
    "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
    "cebae1bdb9cf83cebcceb5",
    "00",
    "7f",
    "c280",
    "dfbf",
    "e0a080",
    "efbfbf",
    "ed9fbf",
    "ee8080",
    "efbfbd",
    "efbfbe",
    "f0908080",
    "f0908080f48fbfbf",
    "f48fbfbf",
};

// What the conformance suites of the field call impossible bytes, overlong forms, surrogates, lone
// continuation bytes and five- and six-byte forms.
const char* const kBad[] = {
    "80",
    "bf",
    "8080808080",
    "fe",
    "ff",
    "fefeffff",
    "c0af",
    "e080af",
    "f08080af",
    "f8808080af",
    "fc80808080af",
    "c1bf",
    "e09fbf",
    "f08fbfbf",
    "f887bfbfbf",
    "fc83bfbfbfbf",
    "c080",
    "e08080",
    "f0808080",
    "eda080",
    "edadbf",
    "edae80",
    "edafbf",
    "edb080",
    "edbebf",
    "edbfbf",
    "eda080edb080",
    "edafbfedbfbf",
    "f4908080",
    "f7bfbfbf",
    "f888808080",
    "fbbfbfbfbf",
    "fc8480808080",
    "fdbfbfbfbfbf",
    "cebae1bdb9cf83cebcceb5eda080656469746564",
    "c328",
    "e228a1",
    "e28228",
    "f0288cbc",
    "f09028bc",
};

// Beginnings of good text.
const char* const kCut[] = {"c2",     "df", "e0",   "e0a0",   "ed",
                            "ed9f",   "ef", "efbf", "f0",     "f090",
                            "f09080", "f4", "f48f", "f48fbf", "cebae1bdb9cf83cebcceb5f4",
                            "61c3"};

}  // namespace

TEST_CASE("RFC 6455 8.1: valid text is delivered, whole and in fragments of each size") {
  for (const char* digits : kGood) {
    const Bytes text = hex(digits);
    CHECK(decode(frame(0x81, text)) == Events{"text: " + test::show(text)});
    for (std::size_t size = 1; size < text.size(); ++size) {
      Bytes bytes;
      std::size_t frames = 0;
      for (std::size_t at = 0; at < text.size(); at += size, ++frames) {
        const bool last = at + size >= text.size();
        bytes += frame((at == 0 ? 1U : 0U) | (last ? 0x80U : 0U), text.substr(at, size));
      }
      CHECK(decode(bytes) ==
            Events{"text, " + std::to_string(frames) + " frames: " + test::show(text)});
    }
  }
}

TEST_CASE("RFC 6455 8.1: invalid text fails with 1007, masked or not") {
  for (const char* digits : kBad) {
    INFO(digits);
    CHECK(decode(frame(0x81, hex(digits))) == kNotUtf8);
    CHECK(decode(frame(Role::client, 0x81, hex(digits)), Role::server) == kNotUtf8);
    CHECK(decode(frame(0x81, "a long beginning in ASCII: " + hex(digits))) == kNotUtf8);
  }
}

TEST_CASE("RFC 6455 8.1: text cut inside a character fails with 1007 at its end") {
  for (const char* digits : kCut) {
    INFO(digits);
    CHECK(decode(frame(0x81, hex(digits))) == kCutCharacter);
    CHECK(decode(frame(0x01, hex(digits))).empty());
    CHECK(decode(frame(0x01, hex(digits)) + frame(0x80, "")) == kCutCharacter);
  }
}

TEST_CASE("RFC 6455 8.1: a bad byte fails as soon as it comes") {
  SECTION("in a fragment before the last") {
    CHECK(decode(frame(0x01, hex("cebae1bdb9cf83cebcceb5")) + frame(0x00, hex("f4908080"))) ==
          kNotUtf8);
  }
  SECTION("in the middle of a frame whose rest has not come") {
    CHECK(decode(hex("81 15 cebae1bdb9cf83cebcceb5 f4 90")) == kNotUtf8);
  }
  SECTION("but not one byte earlier") {
    CHECK(decode(hex("81 15 cebae1bdb9cf83cebcceb5 f4")).empty());
  }
  SECTION("in the first byte of a frame of a megabyte") {
    CHECK(decode(hex("81 7f 0000000000100000 ff")) == kNotUtf8);
  }
}

TEST_CASE("RFC 6455 8.1: each message is judged by itself") {
  CHECK(decode(frame(0x82, hex("ff")) + frame(0x81, hex("c3a4")) + frame(0x82, hex("c3"))) ==
        Events{"binary: hex ff", "text: hex c3a4", "binary: hex c3"});
  CHECK(decode(frame(0x01, hex("c3")) + frame(0x89, hex("ff")) + frame(0x80, hex("a4"))) ==
        Events{"ping: hex ff", "text, 2 frames: hex c3a4"});
}

TEST_CASE("RFC 6455 8.1: characters of all lengths and planes pass") {
  Bytes all;
  for (unsigned c = 0; c <= 0x10FFFF; c += 0x11) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    if (c < 0x80) {
      all += static_cast<char>(c);
    } else if (c < 0x800) {
      all += {static_cast<char>(0xC0U | c >> 6U), static_cast<char>(0x80U | (c & 0x3FU))};
    } else if (c < 0x10000) {
      all += {static_cast<char>(0xE0U | c >> 12U), static_cast<char>(0x80U | (c >> 6U & 0x3FU)),
              static_cast<char>(0x80U | (c & 0x3FU))};
    } else {
      all += {static_cast<char>(0xF0U | c >> 18U), static_cast<char>(0x80U | (c >> 12U & 0x3FU)),
              static_cast<char>(0x80U | (c >> 6U & 0x3FU)), static_cast<char>(0x80U | (c & 0x3FU))};
    }
  }
  CHECK(decode(frame(0x81, all)) == Events{"text: " + test::show(all)});
}

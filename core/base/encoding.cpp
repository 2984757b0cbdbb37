#include "core/base/encoding.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>

namespace wsb {
namespace {

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHexAlphabet = "0123456789abcdef";

constexpr std::array<int, 256> make_base64_values() {
  std::array<int, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kBase64Alphabet.size(); ++i) {
    values[static_cast<unsigned char>(kBase64Alphabet[i])] = static_cast<int>(i);
  }
  return values;
}
constexpr std::array<int, 256> kBase64Values = make_base64_values();

std::uint32_t octet(char c) { return static_cast<unsigned char>(c); }
char to_char(std::uint32_t value) { return static_cast<char>(value & 0xFFU); }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// One group of four characters of which the last `padding` are '='. False when it is not canonical.
bool decode_group(const char* group, std::size_t padding, Bytes& out) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4 - padding; ++i) {
    const int value = kBase64Values[static_cast<unsigned char>(group[i])];
    if (value < 0) return false;
    bits |= static_cast<std::uint32_t>(value) << (18U - 6U * static_cast<unsigned>(i));
  }
  if (padding == 1 && (bits & 0xFFU) != 0) return false;
  if (padding == 2 && (bits & 0xFFFFU) != 0) return false;
  out.push_back(to_char(bits >> 16U));
  if (padding < 2) out.push_back(to_char(bits >> 8U));
  if (padding < 1) out.push_back(to_char(bits));
  return true;
}

std::uint32_t read_big_endian(const char* bytes) {
  return octet(bytes[0]) << 24U | octet(bytes[1]) << 16U | octet(bytes[2]) << 8U | octet(bytes[3]);
}

using Sha1State = std::array<std::uint32_t, 5>;

// RFC 3174 §6.1, one block of 64 bytes.
void sha1_block(Sha1State& state, const char* block) {
  std::array<std::uint32_t, 80> words{};
  for (std::size_t i = 0; i < 16; ++i) words[i] = read_big_endian(block + 4 * i);
  for (std::size_t i = 16; i < 80; ++i) {
    words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  for (std::size_t i = 0; i < 80; ++i) {
    std::uint32_t mix = b ^ c ^ d;
    std::uint32_t constant = i < 40 ? 0x6ED9EBA1U : 0xCA62C1D6U;
    if (i < 20) {
      mix = (b & c) | (~b & d);
      constant = 0x5A827999U;
    } else if (i >= 40 && i < 60) {
      mix = (b & c) | (b & d) | (c & d);
      constant = 0x8F1BBCDCU;
    }
    const std::uint32_t next = std::rotl(a, 5) + mix + e + words[i] + constant;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

}  // namespace

std::string base64_encode(BytesView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = bytes.size() - i;
    std::uint32_t bits = octet(bytes[i]) << 16U;
    if (have > 1) bits |= octet(bytes[i + 1]) << 8U;
    if (have > 2) bits |= octet(bytes[i + 2]);
    out.push_back(kBase64Alphabet[bits >> 18U]);
    out.push_back(kBase64Alphabet[bits >> 12U & 63U]);
    out.push_back(have > 1 ? kBase64Alphabet[bits >> 6U & 63U] : '=');
    out.push_back(have > 2 ? kBase64Alphabet[bits & 63U] : '=');
  }
  return out;
}

std::optional<Bytes> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    if (!decode_group(text.data() + i, last ? padding : 0, out)) return std::nullopt;
  }
  return out;
}

std::string base64url_encode(BytesView bytes) {
  std::string out = base64_encode(bytes);
  while (out.ends_with('=')) out.pop_back();
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

std::optional<Bytes> base64url_decode(std::string_view text) {
  if (text.size() % 4 == 1 || text.find_first_of("+/=") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  return base64_decode(padded);
}

std::string hex_encode(BytesView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    out.push_back(kHexAlphabet[octet(byte) >> 4U]);
    out.push_back(kHexAlphabet[octet(byte) & 15U]);
  }
  return out;
}

std::optional<Bytes> hex_decode(std::string_view text) {
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    if (i + 1 == text.size()) return std::nullopt;
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::array<char, 20> sha1(BytesView bytes) {
  Sha1State state{0x67452301U, 0xEFCDAB89U, 0x98BADCFEU, 0x10325476U, 0xC3D2E1F0U};
  std::size_t at = 0;
  for (; bytes.size() - at >= 64; at += 64) sha1_block(state, bytes.data() + at);

  // The rest, the bit 1, zeros, and the length in bits: one block or two (RFC 3174 §4).
  std::array<char, 128> tail{};
  const std::size_t rest = bytes.size() - at;
  if (rest != 0) std::memcpy(tail.data(), bytes.data() + at, rest);
  tail[rest] = to_char(0x80U);
  const std::size_t tail_size = rest < 56 ? 64 : 128;
  const std::uint64_t bit_count = std::uint64_t{bytes.size()} * 8;
  for (unsigned i = 0; i < 8; ++i) {
    tail[tail_size - 1 - i] = static_cast<char>(bit_count >> (8U * i) & 0xFFU);
  }
  sha1_block(state, tail.data());
  if (tail_size == 128) sha1_block(state, tail.data() + 64);

  std::array<char, 20> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = to_char(state[i / 4] >> (24U - 8U * static_cast<unsigned>(i % 4)));
  }
  return digest;
}

}  // namespace wsb

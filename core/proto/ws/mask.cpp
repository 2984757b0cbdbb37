#include "core/proto/ws/mask.h"

#include <bit>
#include <cstring>

namespace wsb::ws {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kBlock = 8 * kWord;

// The key as it stands in memory from payload position `offset` on, repeated over a word.
std::uint64_t key_from(MaskKey key, std::size_t offset) {
  const auto turn = static_cast<int>(offset & 3U) * 8;
  const auto bits = std::bit_cast<std::uint32_t>(key);
  const std::uint32_t turned =
      std::endian::native == std::endian::little ? std::rotr(bits, turn) : std::rotl(bits, turn);
  return std::uint64_t{turned} << 32U | turned;
}

void mask_word(char* out, const char* in, std::uint64_t key) {
  std::uint64_t word = 0;
  std::memcpy(&word, in, kWord);
  word ^= key;
  std::memcpy(out, &word, kWord);
}

}  // namespace

void copy_masked(char* out, const char* in, std::size_t size, MaskKey key, std::size_t offset) {
  // Word and block sizes are multiples of four, so the key stays the same from step to step.
  const std::uint64_t word_key = key_from(key, offset);

  while (size >= kBlock) {
    // Loads before stores: the compiler turns the block into vector instructions.
    std::array<std::uint64_t, kBlock / kWord> block;
    std::memcpy(block.data(), in, kBlock);
    for (std::uint64_t& word : block) word ^= word_key;
    std::memcpy(out, block.data(), kBlock);
    in += kBlock;
    out += kBlock;
    size -= kBlock;
  }
  while (size >= kWord) {
    mask_word(out, in, word_key);
    in += kWord;
    out += kWord;
    size -= kWord;
  }
  offset &= 3U;
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = static_cast<char>(static_cast<unsigned char>(in[i]) ^ key[(offset + i) & 3U]);
  }
}

void apply_mask(char* data, std::size_t size, MaskKey key, std::size_t offset) {
  copy_masked(data, data, size, key, offset);
}

}  // namespace wsb::ws

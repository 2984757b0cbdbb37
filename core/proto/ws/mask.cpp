#include "core/proto/ws/mask.h"

#include <bit>
#include <cstring>

namespace wsb::ws {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::size_t kBlock = 8 * kWord;

void mask_word(char* out, const char* in, std::uint64_t key) {
  std::uint64_t word = 0;
  std::memcpy(&word, in, kWord);
  word ^= key;
  std::memcpy(out, &word, kWord);
}

}  // namespace

void copy_masked(char* out, const char* in, std::size_t size, MaskKey key, std::size_t offset) {
  // The key as it stands in memory from the position of the first byte on. Word and block sizes are
  // multiples of four, so it stays the same from step to step.
  std::array<std::uint8_t, kWord> rotated{};
  for (std::size_t i = 0; i < kWord; ++i) rotated[i] = key[(offset + i) & 3U];
  const auto word_key = std::bit_cast<std::uint64_t>(rotated);

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
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = static_cast<char>(static_cast<unsigned char>(in[i]) ^ rotated[i]);
  }
}

void apply_mask(char* data, std::size_t size, MaskKey key, std::size_t offset) {
  copy_masked(data, data, size, key, offset);
}

}  // namespace wsb::ws

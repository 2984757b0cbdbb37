#pragma once

// CRC-32C (Castagnoli, RFC 3720 appendix B.4), by the processor's instruction where it has one.
// Pure function, any thread.

#include <cstdint>
#include <string_view>

namespace wsb::load {

[[nodiscard]] std::uint32_t crc32c(std::string_view bytes);
// The table-driven twin, for processors without the instruction.
[[nodiscard]] std::uint32_t crc32c_portable(std::string_view bytes);

}  // namespace wsb::load

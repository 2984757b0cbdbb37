#pragma once

// The header of a frame (RFC 6455 §5.2) and its wire form. Value type; pure functions, any thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "core/proto/ws/mask.h"
#include "core/proto/ws/opcode.h"

namespace wsb::ws {

struct FrameHeader {
  bool fin = true;
  bool rsv1 = false;  // compressed (RFC 7692 §6), on the first frame of a message
  bool rsv2 = false;
  bool rsv3 = false;
  Opcode opcode = Opcode::text;
  bool masked = false;
  MaskKey mask_key{};
  std::uint64_t length = 0;  // of the payload
  bool operator==(const FrameHeader&) const = default;
};

inline constexpr std::size_t kMaxFrameHeaderBytes = 14;

[[nodiscard]] constexpr std::size_t frame_header_size(std::uint64_t length, bool masked) {
  const std::size_t extended = length < 126 ? 0 : length <= 0xFFFF ? 2 : 8;
  return 2 + extended + (masked ? 4 : 0);
}

// Writes the header with the minimal length form to `out`, which has room for kMaxFrameHeaderBytes;
// returns its size. The length must be below 2^63.
std::size_t encode_frame_header(const FrameHeader& header, char* out);

struct HeaderParse {
  enum class Status { need_more, complete, bad };
  Status status = Status::need_more;
  std::size_t size = 0;      // complete: bytes of the header
  std::string_view error{};  // bad: a length not in its minimal form, or with its highest bit set
};

// Reads a header from the front of `in`. The first two bytes are read into `out` as soon as they
// are there, so that flags and opcode can be judged while the rest is on its way; `length` is then
// what they say: 126 or 127 where the length itself is still to come.
[[nodiscard]] HeaderParse parse_frame_header(BytesView in, FrameHeader& out);

}  // namespace wsb::ws

#include "core/proto/ws/frame.h"

#include <algorithm>

#include "core/base/check.h"

namespace wsb::ws {
namespace {

constexpr unsigned kFin = 0x80;
constexpr unsigned kRsv1 = 0x40;
constexpr unsigned kRsv2 = 0x20;
constexpr unsigned kRsv3 = 0x10;
constexpr unsigned kOpcodeBits = 0x0F;
constexpr unsigned kMasked = 0x80;
constexpr unsigned kLengthBits = 0x7F;
constexpr unsigned kLength16 = 126;
constexpr unsigned kLength64 = 127;

unsigned byte_at(BytesView in, std::size_t i) { return static_cast<unsigned char>(in[i]); }

std::uint64_t big_endian(BytesView in, std::size_t start, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8U | byte_at(in, start + i);
  return number;
}

std::string_view length_fault(std::uint64_t length, std::size_t extended) {
  if (extended == 2 && length < kLength16) return "length is not in its minimal form";
  if (extended == 8 && length <= 0xFFFF) return "length is not in its minimal form";
  if (extended == 8 && length >> 63U != 0) return "length has its highest bit set";
  return {};
}

}  // namespace

std::size_t encode_frame_header(const FrameHeader& header, char* out) {
  WSB_CHECK(header.length >> 63U == 0);
  const unsigned first = (header.fin ? kFin : 0) | (header.rsv1 ? kRsv1 : 0) |
                         (header.rsv2 ? kRsv2 : 0) | (header.rsv3 ? kRsv3 : 0) |
                         static_cast<unsigned>(header.opcode);
  const unsigned mask_bit = header.masked ? kMasked : 0;
  *out++ = static_cast<char>(first);
  std::size_t extended = 0;
  if (header.length < kLength16) {
    *out++ = static_cast<char>(mask_bit | static_cast<unsigned>(header.length));
  } else if (header.length <= 0xFFFF) {
    *out++ = static_cast<char>(mask_bit | kLength16);
    extended = 2;
  } else {
    *out++ = static_cast<char>(mask_bit | kLength64);
    extended = 8;
  }
  for (std::size_t i = extended; i > 0; --i) {
    *out++ = static_cast<char>(header.length >> (8 * (i - 1)) & 0xFFU);
  }
  if (header.masked) {
    for (const std::uint8_t byte : header.mask_key) *out++ = static_cast<char>(byte);
  }
  return frame_header_size(header.length, header.masked);
}

HeaderParse parse_frame_header(BytesView in, FrameHeader& out) {
  if (in.size() < 2) return {};
  const unsigned first = byte_at(in, 0);
  const unsigned second = byte_at(in, 1);
  out.fin = (first & kFin) != 0;
  out.rsv1 = (first & kRsv1) != 0;
  out.rsv2 = (first & kRsv2) != 0;
  out.rsv3 = (first & kRsv3) != 0;
  out.opcode = static_cast<Opcode>(first & kOpcodeBits);
  out.masked = (second & kMasked) != 0;
  out.mask_key = {};
  out.length = second & kLengthBits;
  const std::size_t extended = out.length == kLength64 ? 8 : out.length == kLength16 ? 2 : 0;
  std::size_t size = 2 + extended;
  if (in.size() < size) return {};
  if (extended != 0) {
    const std::uint64_t length = big_endian(in, 2, extended);
    if (const std::string_view fault = length_fault(length, extended); !fault.empty()) {
      return {HeaderParse::Status::bad, 0, fault};
    }
    out.length = length;
  }
  if (out.masked) {
    if (in.size() < size + 4) return {};
    for (std::size_t i = 0; i < 4; ++i) {
      out.mask_key[i] = static_cast<std::uint8_t>(byte_at(in, size + i));
    }
    size += 4;
  }
  return {HeaderParse::Status::complete, size, {}};
}

}  // namespace wsb::ws

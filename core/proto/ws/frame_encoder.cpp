#include "core/proto/ws/frame_encoder.h"

#include <algorithm>
#include <array>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace wsb::ws {

void FrameEncoder::append_frame(Bytes& out, Opcode opcode, BytesView payload, FrameFlags flags) {
  WSB_CHECK(!is_control(opcode) || payload.size() <= limits::kControlPayloadBytes);
  FrameHeader header;
  header.fin = flags.fin;
  header.rsv1 = flags.rsv1;
  header.opcode = opcode;
  header.length = payload.size();
  if (random_ != nullptr) {
    header.masked = true;
    random_->fill(header.mask_key.data(), header.mask_key.size());
  }
  std::array<char, kMaxFrameHeaderBytes> bytes;
  out.append(bytes.data(), encode_frame_header(header, bytes.data()));
  const std::size_t start = out.size();
  out += payload;
  if (header.masked) apply_mask(out.data() + start, payload.size(), header.mask_key);
}

void FrameEncoder::append_message(Bytes& out, Opcode opcode, BytesView payload,
                                  MessageFraming framing) {
  const std::size_t most = framing.fragment_size == 0 ? payload.size() : framing.fragment_size;
  FrameFlags flags{false, framing.compressed};
  do {
    const BytesView part = payload.substr(0, most);
    payload.remove_prefix(part.size());
    flags.fin = payload.empty();
    append_frame(out, opcode, part, flags);
    opcode = Opcode::continuation;
    flags.rsv1 = false;
  } while (!flags.fin);
}

void FrameEncoder::append_close(Bytes& out, const CloseInfo& info) {
  Bytes payload;
  append_close_payload(payload, info);
  append_frame(out, Opcode::close, payload);
}

}  // namespace wsb::ws

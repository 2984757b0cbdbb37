#pragma once

// Appends frames to a buffer, as a server (unmasked) or a client (masked, with a fresh key a frame,
// RFC 6455 §5.3). Allocates nothing while the buffer has room. Owned by an endpoint or a worker;
// the random source must outlive it; one thread at a time.

#include <cstddef>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/proto/ws/close_info.h"
#include "core/proto/ws/frame.h"
#include "core/proto/ws/role.h"

namespace wsb::ws {

struct FrameFlags {
  bool fin = true;
  bool rsv1 = false;
};

struct MessageFraming {
  std::size_t fragment_size = 0;  // bytes of payload a frame; 0: one frame
  bool compressed = false;        // the payload is deflated: RSV1 on the first frame
};

class FrameEncoder {
 public:
  // A server needs no random source.
  [[nodiscard]] static FrameEncoder for_server() { return FrameEncoder(nullptr); }
  [[nodiscard]] static FrameEncoder for_client(RandomSource& random) {
    return FrameEncoder(&random);
  }

  void append_frame(Bytes& out, Opcode opcode, BytesView payload, FrameFlags flags = {});
  // Text or binary; in fragments on demand (§5.4).
  void append_message(Bytes& out, Opcode opcode, BytesView payload, MessageFraming framing = {});
  // At most limits::kControlPayloadBytes.
  void append_ping(Bytes& out, BytesView payload) { append_frame(out, Opcode::ping, payload); }
  void append_pong(Bytes& out, BytesView payload) { append_frame(out, Opcode::pong, payload); }
  void append_close(Bytes& out, const CloseInfo& info);

 private:
  explicit FrameEncoder(RandomSource* random) : random_(random) {}

  RandomSource* random_;  // null: a server
};

}  // namespace wsb::ws

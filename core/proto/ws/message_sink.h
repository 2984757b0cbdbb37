#pragma once

// What comes out of a WebSocket: messages, control frames, its end. Implemented by whoever receives
// (a session, a load client, a test); called by MessageDecoder and Endpoint while they are fed, on
// the thread that feeds. Views are valid during the call only, and whoever calls must outlive it: a
// sink notes the wish to destroy its endpoint, and does so after feed().

#include <cstdint>

#include "core/base/bytes.h"
#include "core/proto/ws/close_info.h"
#include "core/proto/ws/frame.h"
#include "core/proto/ws/opcode.h"
#include "core/proto/ws/protocol_error.h"

namespace wsb::ws {

struct Message {
  Opcode opcode = Opcode::text;  // text or binary
  BytesView payload;             // whole, unmasked, inflated; text is valid UTF-8
  bool compressed = false;       // it came compressed
  std::uint32_t frames = 1;
  std::uint64_t wire_bytes = 0;  // on the wire, frame headers included
};

class MessageSink {
 public:
  virtual ~MessageSink() = default;
  virtual void on_message(const Message& message) = 0;
  virtual void on_ping(BytesView payload) = 0;
  virtual void on_pong(BytesView payload) = 0;
  // The peer's Close frame: nothing is decoded after it.
  virtual void on_close(const CloseInfo& info) = 0;
  // The peer broke the protocol: nothing is decoded after it.
  virtual void on_error(const ProtocolError& error) = 0;
};

// Sees every frame whose header was found good, before its payload: tracing, recording, counting.
class FrameObserver {
 public:
  virtual ~FrameObserver() = default;
  // `compressed`: the frame belongs to a compressed message.
  virtual void on_frame(const FrameHeader& header, bool compressed) = 0;
};

}  // namespace wsb::ws

#pragma once

// What a client said, before it takes the form that each kind of receiver reads: a text or a binary
// message of a plain WebSocket client, or a JSON value of a Socket.IO client with the binary values
// that stand in it. Borrows from its maker. Any thread.

#include <cstdint>
#include <span>

#include "core/base/bytes.h"
#include "core/proto/ws/opcode.h"

namespace wsb::session {

struct Said {
  enum class Kind {
    text,
    binary,
    json,  // with a placeholder for each attachment, numbered from 0
  };
  Kind kind = Kind::text;
  BytesView payload;
  std::span<const BytesView> attachments{};
  // Who said it, so that a client that comes back is not told what it said itself; 0: nobody that
  // comes back.
  std::uint64_t author = 0;

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = payload.size();
    for (const BytesView attachment : attachments) sum += attachment.size();
    return sum;
  }
};

[[nodiscard]] inline Said said(ws::Opcode opcode, BytesView payload) {
  return {opcode == ws::Opcode::binary ? Said::Kind::binary : Said::Kind::text, payload};
}

}  // namespace wsb::session

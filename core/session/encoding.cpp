#include "core/session/encoding.h"

#include "core/session/envelope.h"

namespace wsb::session {

BytesView encode(Encoding encoding, ws::Opcode opcode, BytesView payload, Bytes& scratch) {
  if (encoding == Encoding::raw || opcode != ws::Opcode::text) return payload;
  scratch.clear();
  append_broadcast(scratch, payload);
  return scratch;
}

}  // namespace wsb::session

#include "core/session/encoding.h"

namespace wsb::session {

BytesView encode(Encoding encoding, ws::Opcode opcode, BytesView payload, Bytes& scratch,
                 const Mark& mark) {
  if (encoding == Encoding::raw || opcode != ws::Opcode::text) return payload;
  scratch.clear();
  append_broadcast(scratch, payload, mark);
  return scratch;
}

}  // namespace wsb::session

#pragma once

// The forms in which one published message reaches its receivers. All receivers of a room that read
// the same form share one framed batch; a further kind of client is a further encoding here.
// Pure functions, any thread.

#include <cstddef>

#include "core/base/bytes.h"
#include "core/proto/ws/opcode.h"
#include "core/session/envelope.h"

namespace wsb::session {

enum class Encoding {
  plain,  // text in an envelope, binary as it is
  raw,    // everything as it is
};
inline constexpr std::size_t kEncodings = 2;

[[nodiscard]] constexpr std::size_t index_of(Encoding encoding) {
  return static_cast<std::size_t>(encoding);
}

// The payload to frame for a message that arrived as `opcode` and `payload`; the opcode stays. The
// view is of `payload` or of `scratch`, which is written over and keeps its capacity. Of the mark
// nothing is said where there is no envelope.
[[nodiscard]] BytesView encode(Encoding encoding, ws::Opcode opcode, BytesView payload,
                               Bytes& scratch, const Mark& mark = {});

}  // namespace wsb::session

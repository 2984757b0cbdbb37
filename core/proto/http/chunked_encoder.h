#pragma once

// The chunked transfer coding (RFC 9112 §7.1), written. Pure functions, any thread.

#include "core/base/bytes.h"

namespace wsb::http {

// `data` as one chunk; not empty, since an empty chunk would be the last.
void append_chunk(Bytes& out, BytesView data);

// The last chunk, without trailers.
inline constexpr BytesView kLastChunk = "0\r\n\r\n";

}  // namespace wsb::http

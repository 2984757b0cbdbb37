#pragma once

// The content coding gzip (RFC 9110 §8.4.1.3, RFC 1952) for whole bodies that are kept and sent
// many times. Pure, any thread.

#include <optional>

#include "core/base/bytes.h"

namespace wsb::http {

// The same input gives the same bytes. nullopt: it would not be smaller.
[[nodiscard]] std::optional<Bytes> gzip(BytesView in);

}  // namespace wsb::http

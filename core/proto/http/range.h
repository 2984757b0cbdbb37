#pragma once

// Range requests (RFC 9110 §14) for one range of bytes; a request for several gets the whole, as
// §14.2 allows, so that nobody can make the server send a file a hundred times over.
// Pure functions, any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "core/proto/http/conditional.h"
#include "core/proto/http/headers.h"

namespace wsb::http {

enum class RangeKind {
  whole,          // 200: no range, one that cannot be read, several, or If-Range does not hold
  part,           // 206 with content_range()
  unsatisfiable,  // 416 with unsatisfied_content_range()
};

struct ByteRange {
  RangeKind kind = RangeKind::whole;
  std::uint64_t offset = 0;  // of a part
  std::uint64_t size = 0;    // of a part: at least 1; of the whole: all of it
  bool operator==(const ByteRange&) const = default;
};

// For a GET that passed its preconditions (conditional.h); `total` is the size of the resource in
// bytes. If-Range (§13.1.5) holds only for a strong entity tag: a date covers a whole second, in
// which a file can change twice.
[[nodiscard]] ByteRange choose_range(const Headers& headers, std::uint64_t total,
                                     const Validators& current);

// "bytes 0-499/1234"
[[nodiscard]] std::string content_range(const ByteRange& part, std::uint64_t total);
// "bytes */1234"
[[nodiscard]] std::string unsatisfied_content_range(std::uint64_t total);

}  // namespace wsb::http

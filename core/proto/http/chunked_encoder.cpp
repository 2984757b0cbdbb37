#include "core/proto/http/chunked_encoder.h"

#include <array>
#include <charconv>

#include "core/base/check.h"

namespace wsb::http {

void append_chunk(Bytes& out, BytesView data) {
  WSB_CHECK(!data.empty());
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), data.size(), 16);
  out.append(digits.data(), static_cast<std::size_t>(end.ptr - digits.data()));
  ((out += "\r\n") += data) += "\r\n";
}

}  // namespace wsb::http

#include "core/session/message_id.h"

#include <charconv>

namespace wsb::session {

std::optional<std::uint64_t> parse_message_id(std::string_view text) {
  std::uint64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return id;
}

}  // namespace wsb::session

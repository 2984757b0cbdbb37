#pragma once

// The id of a message as text: what a client says that it has seen. Pure function, any thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace wsb::session {

// Decimal digits alone; nullopt: anything else, or more than fits.
[[nodiscard]] std::optional<std::uint64_t> parse_message_id(std::string_view text);

}  // namespace wsb::session

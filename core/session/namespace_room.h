#pragma once

// The rooms of Socket.IO's namespaces among those of the hub. The main namespace "/" shares its
// rooms with plain clients; those of others begin with the namespace and a separator, which neither
// namespaces nor names of rooms contain. Pure functions, any thread.

#include <string>
#include <string_view>

namespace wsb::session {

inline constexpr char kNamespaceEnd = '\x1f';

[[nodiscard]] inline std::string room_in(std::string_view nsp, std::string_view room) {
  if (nsp == "/") return std::string(room);
  return std::string(nsp) + kNamespaceEnd + std::string(room);
}

[[nodiscard]] inline std::string_view namespace_of(std::string_view hub_room) {
  const std::size_t end = hub_room.find(kNamespaceEnd);
  return end == std::string_view::npos ? "/" : hub_room.substr(0, end);
}

// As its clients call it.
[[nodiscard]] inline std::string room_of(std::string_view hub_room) {
  const std::size_t end = hub_room.find(kNamespaceEnd);
  return std::string(end == std::string_view::npos ? hub_room : hub_room.substr(end + 1));
}

}  // namespace wsb::session

#include "core/session/json_strings.h"

#include <nlohmann/json.hpp>

namespace wsb::session {

std::optional<std::string> string_of_json(BytesView json) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

std::optional<std::string> string_member(BytesView json, std::string_view name) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  const auto member = value.find(std::string(name));
  if (member == value.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

}  // namespace wsb::session

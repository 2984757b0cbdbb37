#include "core/load/source_addresses.h"

#include <algorithm>

#include "core/base/text.h"

namespace wsb::load {

bool is_ipv4_loopback(std::string_view host) {
  if (equals_ignore_case(host, "localhost")) return true;
  const auto parts = split(host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.size() <= 3 &&
           part.find_first_not_of("0123456789") == std::string_view::npos;
  });
}

std::string source_address(std::string_view host, std::size_t position, std::size_t total) {
  if (total <= kPerAddress || !is_ipv4_loopback(host)) return {};
  const std::size_t number = position / kPerAddress + 1;
  return format("127.0.%zu.%zu", number / 254, number % 254 + (number >= 254 ? 1 : 0));
}

}  // namespace wsb::load

#pragma once

// The addresses that share a prefix (RFC 4632 §3.1), for lists of who is trusted or let in.
// Value type, any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ip_address.h"
#include "core/base/result.h"

namespace wsb {

class IpNetwork {
 public:
  // "10.0.0.0/8", "2001:db8::/32", or a single address. Errors: invalid_argument, naming the text.
  [[nodiscard]] static Result<IpNetwork> parse(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] std::string text() const;  // "10.0.0.0/8"
  bool operator==(const IpNetwork&) const = default;

 private:
  IpNetwork(IpAddress first, int prefix_bits) : first_(first), prefix_bits_(prefix_bits) {}

  IpAddress first_;
  int prefix_bits_;
};

// "10.0.0.0/8,::1": at least one, spaces around them allowed. Errors as above.
[[nodiscard]] Result<std::vector<IpNetwork>> parse_networks(std::string_view list);
[[nodiscard]] bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address);

}  // namespace wsb

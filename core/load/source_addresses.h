#pragma once

// Which local address each connection of a run leaves from. One address gives out some 28,000
// ports, and asking for one gets slow once half of them are used, so a run against a loopback
// address with more than kPerAddress connections spreads over 127.0.0.1, 127.0.0.2 and so on, all
// of which are local without any set-up. Pure functions, any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace wsb::load {

inline constexpr std::size_t kPerAddress = 14'000;

// True for "localhost" and 127.0.0.0/8 as written in a URL.
[[nodiscard]] bool is_ipv4_loopback(std::string_view host);

// For the connection at `position` of `total`; empty: the kernel's choice.
[[nodiscard]] std::string source_address(std::string_view host, std::size_t position,
                                         std::size_t total);

}  // namespace wsb::load

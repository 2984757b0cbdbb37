#pragma once

// What two ends agreed on about permessage-deflate (RFC 7692 §7.1). Value type.

#include "core/proto/ws/role.h"

namespace wsb::ws {

struct DeflateParams {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  int server_max_window_bits = 15;  // 8 to 15
  int client_max_window_bits = 15;

  // The two directions as `role` sees them.
  [[nodiscard]] constexpr int send_window_bits(Role role) const {
    return role == Role::server ? server_max_window_bits : client_max_window_bits;
  }
  [[nodiscard]] constexpr int receive_window_bits(Role role) const {
    return role == Role::server ? client_max_window_bits : server_max_window_bits;
  }
  [[nodiscard]] constexpr bool send_no_context_takeover(Role role) const {
    return role == Role::server ? server_no_context_takeover : client_no_context_takeover;
  }
  [[nodiscard]] constexpr bool receive_no_context_takeover(Role role) const {
    return role == Role::server ? client_no_context_takeover : server_no_context_takeover;
  }
  bool operator==(const DeflateParams&) const = default;
};

}  // namespace wsb::ws

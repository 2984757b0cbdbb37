#pragma once

// Which end of a connection we are. It decides who masks (RFC 6455 §5.1) and who closes TCP first
// (§7.1.1).

namespace wsb::ws {

enum class Role { client, server };

}  // namespace wsb::ws

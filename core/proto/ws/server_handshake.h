#pragma once

// The server's half of the opening handshake (RFC 6455 §4.2): judges a request whose head somebody
// parsed, and writes the answer. Pure, any thread.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/proto/http/headers.h"
#include "core/proto/http/request.h"
#include "core/proto/ws/deflate_negotiation.h"

namespace wsb::ws {

struct ServerHandshakeOptions {
  std::vector<std::string> subprotocols{};  // that the server speaks; the client's order decides
  DeflateConfig deflate{};
};

struct UpgradeAccepted {
  std::string accept;       // Sec-WebSocket-Accept
  std::string subprotocol;  // empty: none
  std::optional<DeflateAgreement> deflate;
};

struct UpgradeRefused {
  int status = 400;       // 400, 405, 426 or 505
  http::Headers headers;  // such as Allow, Upgrade, Sec-WebSocket-Version
  std::string body;       // one line of text for people
};

using UpgradeDecision = std::variant<UpgradeAccepted, UpgradeRefused>;

[[nodiscard]] UpgradeDecision judge_upgrade(const http::RequestHead& request,
                                            const ServerHandshakeOptions& options);

// The 101 response.
void append_switching_protocols(Bytes& out, const UpgradeAccepted& accepted,
                                const http::Headers& extra = {});
// The whole refusal, with Content-Length and Connection: close.
void append_refusal(Bytes& out, const UpgradeRefused& refused);

}  // namespace wsb::ws

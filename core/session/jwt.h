#pragma once

// JSON Web Tokens (RFC 7519) in the compact form of RFC 7515 §3.1: who a client is and what it may,
// signed by somebody whose key we have. Pure functions, any thread. No error repeats the token.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/net/jwt_verifier.h"
#include "core/session/room_rights.h"

namespace wsb::session {

struct JwtRules {
  std::string audience;  // must be among "aud"; empty: a token with "aud" is refused
  std::string issuer;    // must be "iss"; empty: any
  Duration leeway = std::chrono::seconds(30);  // for clocks that differ
  bool publish_by_claim_only = false;  // a token without the claim "publish" does not publish
};

// What a good token grants. The claim "rooms" (a list of names) limits both rights to these rooms;
// "publish" and "subscribe" are true, false, or a list of rooms. Without any of them: everywhere,
// unless the rules say otherwise.
struct JwtGrant {
  std::string subject;                                // "sub"; empty: none
  std::optional<std::chrono::sys_seconds> expires{};  // "exp", without the leeway
  RoomRights publish = RoomRights::everywhere();
  RoomRights subscribe = RoomRights::everywhere();
};

// A token taken apart, and not yet believed.
struct Jwt {
  net::JwtAlgorithm algorithm = net::JwtAlgorithm::hs256;
  std::string_view signed_part;  // of the text it was read from
  Bytes signature;
  Bytes claims;  // JSON
};

// Errors: too_large (limits::kJwtBytes), unsupported (another algorithm, "none" above all, or an
// extension that must be understood), protocol (bad form).
[[nodiscard]] Result<Jwt> parse_jwt(std::string_view text);

// `now` is wall-clock time. Errors: protocol, saying which claim.
[[nodiscard]] Result<JwtGrant> check_jwt_claims(BytesView claims, const JwtRules& rules,
                                                std::chrono::sys_seconds now);

// All of it, in the order that trusts nothing too early: form, signature, claims.
[[nodiscard]] Result<JwtGrant> admit_jwt(std::string_view text, const net::JwtVerifier& verifier,
                                         const JwtRules& rules, std::chrono::sys_seconds now);

}  // namespace wsb::session

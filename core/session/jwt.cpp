#include "core/session/jwt.h"

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/encoding.h"
#include "core/base/limits.h"
#include "core/base/text.h"

namespace wsb::session {
namespace {

using Json = nlohmann::json;
using std::chrono::sys_seconds;

Error refused(std::string why) { return make_error(ErrorCode::protocol, std::move(why)); }

Error bad_claim(const std::string& name) {
  return refused("the token's claim '" + name + "' has a wrong form");
}

std::optional<Json> read_object(BytesView text) {
  Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

Result<net::JwtAlgorithm> read_header(BytesView text) {
  const std::optional<Json> header = read_object(text);
  if (!header) return refused("the token's header is not a JSON object");
  const auto algorithm = header->find("alg");
  if (algorithm == header->end() || !algorithm->is_string()) {
    return refused("the token's header names no algorithm");
  }
  // RFC 7515 §4.1.11: what must be understood and is not, refuses the token.
  if (header->contains("crit")) {
    return make_error(ErrorCode::unsupported, "the token needs extensions that are not known");
  }
  const std::string& name = algorithm->get_ref<const std::string&>();
  if (name == "HS256") return net::JwtAlgorithm::hs256;
  if (name == "RS256") return net::JwtAlgorithm::rs256;
  if (name == "ES256") return net::JwtAlgorithm::es256;
  return make_error(ErrorCode::unsupported,
                    "the token's algorithm is none of HS256, RS256 and ES256");
}

using OptionalTime = std::optional<sys_seconds>;

// RFC 7519 §2: seconds since 1970, perhaps with a fraction. nullopt: no such claim.
Result<OptionalTime> read_time(const Json& claims, const std::string& name) {
  constexpr double kMostSeconds = 1e11;  // some three thousand years, either way
  const auto claim = claims.find(name);
  if (claim == claims.end()) return OptionalTime();
  if (!claim->is_number()) return bad_claim(name);
  const double seconds = std::floor(claim->get<double>());
  if (!(std::abs(seconds) < kMostSeconds)) return bad_claim(name);
  return OptionalTime(sys_seconds(std::chrono::seconds(static_cast<long long>(seconds))));
}

using Names = std::vector<std::string>;

// nullopt: something else than a list of strings.
std::optional<Names> read_names(const Json& list) {
  if (!list.is_array()) return std::nullopt;
  Names names;
  for (const Json& name : list) {
    if (!name.is_string()) return std::nullopt;
    names.push_back(name.get<std::string>());
  }
  return names;
}

Result<void> check_audience(const Json& claims, const std::string& wanted) {
  const auto claim = claims.find("aud");
  if (claim == claims.end()) {
    return wanted.empty() ? Result<void>() : refused("the token has no audience");
  }
  // RFC 7519 §4.1.3: whoever does not find himself in it must refuse.
  if (wanted.empty()) return refused("the token is for an audience, and none is expected");
  const std::optional<Names> audience =
      claim->is_string() ? Names{claim->get<std::string>()} : read_names(*claim);
  if (!audience) return bad_claim("aud");
  for (const std::string& name : *audience) {
    if (name == wanted) return {};
  }
  return refused("the token is for another audience");
}

Result<void> check_issuer(const Json& claims, const std::string& wanted) {
  if (wanted.empty()) return {};
  const auto claim = claims.find("iss");
  if (claim == claims.end()) return refused("the token has no issuer");
  if (!claim->is_string()) return bad_claim("iss");
  if (claim->get_ref<const std::string&>() != wanted) {
    return refused("the token is from another issuer");
  }
  return {};
}

Result<void> check_times(const Json& claims, Duration leeway, sys_seconds now,
                         OptionalTime& expires) {
  const Result<OptionalTime> until = read_time(claims, "exp");
  if (!until) return until.error();
  const Result<OptionalTime> from = read_time(claims, "nbf");
  if (!from) return from.error();
  const auto slack = std::chrono::floor<std::chrono::seconds>(leeway);
  if (*until && now >= **until + slack) return refused("the token has expired");
  if (*from && now < **from - slack) return refused("the token is not valid yet");
  expires = *until;
  return {};
}

Result<RoomRights> read_right(const Json& claims, const std::string& name,
                              const RoomRights& within, const RoomRights& unsaid) {
  const auto claim = claims.find(name);
  if (claim == claims.end()) return unsaid;
  if (claim->is_boolean()) return claim->get<bool>() ? within : RoomRights::nowhere();
  std::optional<Names> rooms = read_names(*claim);
  if (!rooms) return bad_claim(name);
  std::erase_if(*rooms, [&](const std::string& room) { return !within.allow(room); });
  return RoomRights::only(*std::move(rooms));
}

Result<void> read_rights(const Json& claims, const JwtRules& rules, JwtGrant& grant) {
  RoomRights within = RoomRights::everywhere();
  if (const auto claim = claims.find("rooms"); claim != claims.end()) {
    std::optional<Names> rooms = read_names(*claim);
    if (!rooms) return bad_claim("rooms");
    within = RoomRights::only(*std::move(rooms));
  }
  const RoomRights unsaid = rules.publish_by_claim_only ? RoomRights::nowhere() : within;
  Result<RoomRights> publish = read_right(claims, "publish", within, unsaid);
  if (!publish) return std::move(publish).error();
  Result<RoomRights> subscribe = read_right(claims, "subscribe", within, within);
  if (!subscribe) return std::move(subscribe).error();
  grant.publish = *std::move(publish);
  grant.subscribe = *std::move(subscribe);
  return {};
}

}  // namespace

Result<Jwt> parse_jwt(std::string_view text) {
  if (text.size() > limits::kJwtBytes) {
    return make_error(ErrorCode::too_large,
                      "the token is longer than " + std::to_string(limits::kJwtBytes) + " bytes");
  }
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 3) return refused("the token does not have three parts");
  std::optional<Bytes> header = base64url_decode(parts[0]);
  std::optional<Bytes> claims = base64url_decode(parts[1]);
  std::optional<Bytes> signature = base64url_decode(parts[2]);
  if (!header || !claims || !signature) return refused("a part of the token is not base64url");
  const Result<net::JwtAlgorithm> algorithm = read_header(*header);
  if (!algorithm) return algorithm.error();
  return Jwt{*algorithm, text.substr(0, parts[0].size() + 1 + parts[1].size()),
             *std::move(signature), *std::move(claims)};
}

Result<JwtGrant> check_jwt_claims(BytesView text, const JwtRules& rules, sys_seconds now) {
  const std::optional<Json> claims = read_object(text);
  if (!claims) return refused("the token's claims are not a JSON object");
  JwtGrant grant;
  WSB_TRY(check_times(*claims, rules.leeway, now, grant.expires));
  WSB_TRY(check_audience(*claims, rules.audience));
  WSB_TRY(check_issuer(*claims, rules.issuer));
  WSB_TRY(read_rights(*claims, rules, grant));
  if (const auto subject = claims->find("sub"); subject != claims->end()) {
    if (!subject->is_string()) return bad_claim("sub");
    grant.subject = subject->get<std::string>();
  }
  return grant;
}

Result<JwtGrant> admit_jwt(std::string_view text, const net::JwtVerifier& verifier,
                           const JwtRules& rules, sys_seconds now) {
  const Result<Jwt> jwt = parse_jwt(text);
  if (!jwt) return jwt.error();
  WSB_TRY(verifier.verify(jwt->algorithm, jwt->signed_part, jwt->signature));
  return check_jwt_claims(jwt->claims, rules, now);
}

}  // namespace wsb::session

#include "core/app/access_policy.h"

#include <utility>

#include "core/app/serve_responses.h"
#include "core/app/small_file.h"
#include "core/net/tls/openssl_jwt_verifier.h"
#include "core/proto/http/authorization.h"
#include "core/proto/http/query.h"

namespace wsb::app {
namespace {

using session::RoomRights;
using std::chrono::sys_seconds;
using Cause = AccessRefusal::Cause;

Result<void> add_tokens(const std::string& file, std::vector<Secret>& out) {
  const auto text = read_small_file("token file", file);
  if (!text) return text.error();
  auto tokens = parse_secrets(*text);
  if (!tokens) {
    return std::move(tokens).error().with_context("the token file '" + file + "'");
  }
  out.insert(out.end(), tokens->begin(), tokens->end());
  return {};
}

void add_count(std::string& text, std::size_t count, std::string_view thing,
               std::string_view what_for) {
  if (count == 0) return;
  if (!text.empty()) text += ", ";
  text += std::to_string(count) + ' ' + std::string(thing) + (count == 1 ? "" : "s");
  text += what_for;
}

AccessRefusal refuse_origin() {
  return {Cause::origin,
          text_response(403, "pages of this origin may not use this server (see --origin)\n")};
}

// `why`: of credentials that are not good, where there is more to say than that. In a quoted string
// (RFC 6750 §3): no quotes, no backslashes.
AccessRefusal refuse_credentials(bool had_some, const std::string& why) {
  const std::string text = had_some ? "the credentials are not good here" +
                                          (why.empty() ? std::string() : ": " + why)
                                    : "this server asks for credentials";
  AccessRefusal refusal{Cause::credentials, text_response(401, text + '\n')};
  std::string challenge = "Bearer realm=\"wsb\"";
  if (had_some) challenge += ", error=\"invalid_token\"";
  if (!why.empty()) challenge += ", error_description=\"" + why + '"';
  refusal.response.headers.add("WWW-Authenticate", std::move(challenge));
  return refusal;
}

}  // namespace

bool AccessGrant::has(Right right) const {
  switch (right) {
    case Right::page: return true;
    case Right::connect: return publish.any() || subscribe.any();
    case Right::publish: return publish.any();
    case Right::subscribe: return subscribe.any();
  }
  return false;
}

AccessRefusal lacks_right(Right right) {
  const char* what = right == Right::publish     ? "these credentials do not allow to publish\n"
                     : right == Right::subscribe ? "these credentials do not allow to subscribe\n"
                                                 : "these credentials allow nothing here\n";
  AccessRefusal refusal{Cause::rights, text_response(403, what)};
  // RFC 6750 §3.1
  refusal.response.headers.add("WWW-Authenticate",
                               "Bearer realm=\"wsb\", error=\"insufficient_scope\"");
  return refusal;
}

Result<std::shared_ptr<const AccessPolicy>> AccessPolicy::load(const AccessConfig& config,
                                                               bool loopback) {
  auto origins = OriginPolicy::create(config.origins, loopback);
  if (!origins) return std::move(origins).error();
  const std::shared_ptr<AccessPolicy> policy(new AccessPolicy(*std::move(origins)));
  policy->cors_ = config.cors;
  policy->token_in_query_ = config.token_in_query;
  if (!config.token.empty()) {
    auto token = Secret::parse(config.token);
    if (!token) return std::move(token).error().with_context("--token");
    policy->tokens_.push_back(*std::move(token));
  }
  if (!config.token_file.empty()) WSB_TRY(add_tokens(config.token_file, policy->tokens_));
  if (!config.publish_token_file.empty()) {
    policy->publishers_apart_ = true;
    WSB_TRY(add_tokens(config.publish_token_file, policy->publish_tokens_));
  }
  for (const std::string& file : config.jwt_key_files) {
    auto key = net::load_jwt_verifier(file);
    if (!key) return std::move(key).error();
    policy->jwt_keys_.push_back(*std::move(key));
  }
  policy->jwt_rules_.audience = config.jwt_audience;
  policy->jwt_rules_.issuer = config.jwt_issuer;
  policy->jwt_rules_.publish_by_claim_only = policy->publishers_apart_;
  policy->guarded_ = config.guards_subscribing();
  return std::shared_ptr<const AccessPolicy>(policy);
}

std::string AccessPolicy::description() const {
  std::string text;
  add_count(text, tokens_.size(), "token", "");
  add_count(text, publish_tokens_.size(), "token", " for publishing");
  add_count(text, jwt_keys_.size(), "JWT key", "");
  return text;
}

// nullopt: nothing that could be a token was said.
std::optional<std::string> AccessPolicy::token_of(const AccessRequest& request) const {
  if (const auto field = request.headers.find("Authorization")) {
    auto said = http::parse_authorization(*field);
    if (!said) return std::string();  // something that is not good here
    if (auto* bearer = std::get_if<http::BearerToken>(&*said)) return std::move(bearer->token);
    return std::string();
  }
  if (!token_in_query_) return std::nullopt;
  const auto query = http::Query::parse(request.query);
  if (!query) return std::nullopt;
  const auto token = query->find("token");
  return token ? std::optional<std::string>(*token) : std::nullopt;
}

bool AccessPolicy::is_open() const { return !guarded_ && !publishers_apart_; }

AccessGrant AccessPolicy::grant_for_subscriber() const {
  AccessGrant grant;
  if (publishers_apart_) grant.publish = RoomRights::nowhere();
  return grant;
}

// Both lists are gone through, whichever matches. An error without words says no more than that.
Result<AccessGrant> AccessPolicy::grant_for(std::string_view token, sys_seconds now) const {
  const bool publisher = any_matches(publish_tokens_, token);
  const bool known = any_matches(tokens_, token);
  if (publisher) return AccessGrant{};
  if (known) return grant_for_subscriber();
  if (jwt_keys_.empty()) return make_error(ErrorCode::protocol, "");
  return grant_for_jwt(token, now);
}

// What it claims counts only once a key has verified it.
Result<AccessGrant> AccessPolicy::grant_for_jwt(std::string_view text, sys_seconds now) const {
  const auto jwt = session::parse_jwt(text);
  if (!jwt) return jwt.error();
  Result<void> verified;
  for (const auto& key : jwt_keys_) {
    verified = key->verify(jwt->algorithm, jwt->signed_part, jwt->signature);
    if (verified) break;
  }
  if (!verified) return std::move(verified).error();
  auto claims = session::check_jwt_claims(jwt->claims, jwt_rules_, now);
  if (!claims) return std::move(claims).error();
  return AccessGrant{std::move(claims->publish), std::move(claims->subscribe),
                     std::move(claims->subject)};
}

std::optional<AccessGrant> AccessPolicy::grant_for_nobody() const {
  if (guarded_) return std::nullopt;
  return grant_for_subscriber();
}

// Pages need no token: a browser has no way to send one with them, and they say nothing.
AccessVerdict AccessPolicy::judge(const AccessRequest& request, Right right,
                                  sys_seconds now) const {
  if (!origins_.allows(request.headers)) return refuse_origin();
  if (right == Right::page || is_open()) return AccessGrant{};
  const std::optional<std::string> token = token_of(request);
  if (!token) {
    const auto grant = grant_for_nobody();
    return grant && grant->has(right) ? AccessVerdict(*grant) : refuse_credentials(false, {});
  }
  auto grant = grant_for(*token, now);
  if (!grant) return refuse_credentials(true, grant.error().message);
  return grant->has(right) ? AccessVerdict(*std::move(grant)) : lacks_right(right);
}

}  // namespace wsb::app

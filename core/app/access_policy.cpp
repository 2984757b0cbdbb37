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

constexpr const char* kBadCredentials = "the credentials are not good here";
constexpr const char* kInvalidToken = ", error=\"invalid_token\"";

AccessJudgement widen(AccessVerdict verdict) {
  return std::visit([](auto&& part) { return AccessJudgement(std::move(part)); },
                    std::move(verdict));
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
  if (!config.password_file.empty()) WSB_TRY(policy->add_passwords(config.password_file));
  policy->guarded_ = config.guards_subscribing();
  return std::shared_ptr<const AccessPolicy>(policy);
}

Result<void> AccessPolicy::add_passwords(const std::string& file) {
  const auto text = read_small_file("password file", file);
  if (!text) return text.error();
  auto passwords = session::PasswordFile::parse(*text);
  if (!passwords) {
    return std::move(passwords).error().with_context("the password file '" + file + "'");
  }
  passwords_ = std::make_shared<const session::PasswordFile>(*std::move(passwords));
  return {};
}

std::string AccessPolicy::description() const {
  std::string text;
  add_count(text, tokens_.size(), "token", "");
  add_count(text, publish_tokens_.size(), "token", " for publishing");
  add_count(text, jwt_keys_.size(), "JWT key", "");
  if (passwords_ != nullptr) add_count(text, passwords_->size(), "password", "");
  return text;
}

std::optional<std::string> AccessPolicy::token_in_query(const AccessRequest& request) const {
  if (!token_in_query_) return std::nullopt;
  const auto query = http::Query::parse(request.query);
  if (!query) return std::nullopt;
  const auto token = query->find("token");
  return token ? std::optional<std::string>(*token) : std::nullopt;
}

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

// A browser can send no token with pages, and they say nothing: they need none. A password it asks
// for only when a page is refused, and sends it along from then on: so pages need one.
AccessJudgement AccessPolicy::judge(const AccessRequest& request, Right right,
                                    sys_seconds now) const {
  if (!origins_.allows(request.headers)) return refuse_origin();
  if (is_open() || (right == Right::page && passwords_ == nullptr)) return AccessGrant{};
  const auto field = request.headers.find("Authorization");
  if (!field) {
    const auto token = token_in_query(request);
    if (token) return judge_token(*token, right, now);
    return widen(judge_nobody(right));
  }
  auto said = http::parse_authorization(*field);
  if (!said) return refuse(kBadCredentials, kInvalidToken);
  if (auto* bearer = std::get_if<http::BearerToken>(&*said)) {
    return judge_token(bearer->token, right, now);
  }
  if (passwords_ == nullptr) return refuse(kBadCredentials, kInvalidToken);
  auto& basic = std::get<http::BasicCredentials>(*said);
  return PasswordQuestion{std::move(basic.user), std::move(basic.password), passwords_};
}

AccessJudgement AccessPolicy::judge_token(std::string_view token, Right right,
                                          sys_seconds now) const {
  auto grant = grant_for(token, now);
  if (grant && grant->has(right)) return *std::move(grant);
  if (grant) return lacks_right(right);
  // RFC 6750 §3: in a quoted string, so without quotes and backslashes.
  const std::string& why = grant.error().message;
  if (why.empty()) return refuse(kBadCredentials, kInvalidToken);
  return refuse(std::string(kBadCredentials) + ": " + why,
                std::string(kInvalidToken) + ", error_description=\"" + why + '"');
}

AccessVerdict AccessPolicy::judge_user(const std::string& user, bool password_good,
                                       Right right) const {
  if (!password_good) return refuse(kBadCredentials);
  AccessGrant grant = grant_for_subscriber();
  grant.subject = user;
  if (!grant.has(right)) return lacks_right(right);
  return grant;
}

AccessVerdict AccessPolicy::judge_nobody(Right right) const {
  const AccessGrant grant = grant_for_subscriber();
  if (!guarded_ && grant.has(right)) return grant;
  return refuse("this server asks for credentials");
}

// Basic first, since a browser asks its user by the first one that it knows.
AccessRefusal AccessPolicy::refuse(std::string text, const std::string& error) const {
  AccessRefusal refusal{Cause::credentials, text_response(401, std::move(text) + '\n')};
  http::Headers& headers = refusal.response.headers;
  if (passwords_ != nullptr) {
    headers.add("WWW-Authenticate", "Basic realm=\"wsb\", charset=\"UTF-8\"");
  }
  if (tokens_.empty() && publish_tokens_.empty() && jwt_keys_.empty()) return refusal;
  headers.add("WWW-Authenticate", "Bearer realm=\"wsb\"" + error);
  return refusal;
}

}  // namespace wsb::app

#include "core/app/access_policy.h"

#include <utility>

#include "core/app/serve_responses.h"
#include "core/app/small_file.h"
#include "core/proto/http/authorization.h"
#include "core/proto/http/query.h"

namespace wsb::app {
namespace {

using session::RoomRights;
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

AccessRefusal refuse_credentials(bool had_some) {
  AccessRefusal refusal{Cause::credentials,
                        text_response(401, had_some ? "the credentials are not good here\n"
                                                    : "this server asks for credentials\n")};
  std::string challenge = "Bearer realm=\"wsb\"";
  if (had_some) challenge += ", error=\"invalid_token\"";
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
  return std::shared_ptr<const AccessPolicy>(policy);
}

std::string AccessPolicy::description() const {
  std::string text;
  add_count(text, tokens_.size(), "token", "");
  add_count(text, publish_tokens_.size(), "token", " for publishing");
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

// Both lists are gone through, whichever matches.
std::optional<AccessGrant> AccessPolicy::grant_for(std::string_view token) const {
  const bool publisher = any_matches(publish_tokens_, token);
  const bool known = any_matches(tokens_, token);
  if (publisher) return AccessGrant{};
  if (!known) return std::nullopt;
  AccessGrant grant;
  if (publishers_apart_) grant.publish = RoomRights::nowhere();
  return grant;
}

std::optional<AccessGrant> AccessPolicy::grant_for_nobody() const {
  if (!tokens_.empty()) return std::nullopt;
  AccessGrant grant;
  if (publishers_apart_) grant.publish = RoomRights::nowhere();
  return grant;
}

// Pages need no token: a browser has no way to send one with them, and they say nothing.
AccessVerdict AccessPolicy::judge(const AccessRequest& request, Right right) const {
  if (!origins_.allows(request.headers)) return refuse_origin();
  if (right == Right::page) return AccessGrant{};
  const bool open = tokens_.empty() && !publishers_apart_;
  const std::optional<std::string> token = open ? std::nullopt : token_of(request);
  const auto grant = token ? grant_for(*token) : grant_for_nobody();
  if (!grant) return refuse_credentials(token.has_value());
  if (grant->has(right)) return *grant;
  return token ? lacks_right(right) : refuse_credentials(false);
}

}  // namespace wsb::app

#pragma once

// Who gets in, decided: what the options and the files named there say, taken together. Judges one
// request at a time; what takes long, it leaves as a question. Immutable: a new policy replaces it
// as a whole. Shared by all workers, any thread. No answer and no error repeats a credential.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/app/access_config.h"
#include "core/app/origin_policy.h"
#include "core/app/password_desk.h"
#include "core/base/secret.h"
#include "core/net/http.h"
#include "core/net/jwt_verifier.h"
#include "core/session/jwt.h"
#include "core/session/room_rights.h"

namespace wsb::app {

// What a request is for.
enum class Right {
  page,       // to be shown something: pages, files
  connect,    // a WebSocket: publishing or subscribing, whichever is allowed
  publish,    // POST
  subscribe,  // a stream of messages
};

// What whoever was let in may do.
struct AccessGrant {
  session::RoomRights publish = session::RoomRights::everywhere();
  session::RoomRights subscribe = session::RoomRights::everywhere();
  std::string subject;  // empty: nobody in particular

  [[nodiscard]] bool has(Right right) const;
};

struct AccessRefusal {
  enum class Cause {
    origin,       // 403: another page's
    credentials,  // 401: none, or bad ones
    rights,       // 403: good ones that do not suffice
    busy,         // 503: too many are being judged
  };
  Cause cause = Cause::credentials;
  net::HttpResponse response;
};

using AccessVerdict = std::variant<AccessGrant, AccessRefusal>;
// With a question, its answer decides: see judge_user.
using AccessJudgement = std::variant<AccessGrant, AccessRefusal, PasswordQuestion>;

// The parts of a request that count. Valid during the call.
struct AccessRequest {
  const http::Headers& headers;
  std::string_view query;
};

class AccessPolicy {
 public:
  // Reads the files. `loopback`: see OriginPolicy. Errors: invalid_argument, cannot_read,
  // tls_setup (a key), naming the file.
  [[nodiscard]] static Result<std::shared_ptr<const AccessPolicy>> load(const AccessConfig& config,
                                                                        bool loopback);

  // `now` is wall-clock time, for tokens that expire.
  [[nodiscard]] AccessJudgement judge(const AccessRequest& request, Right right,
                                      std::chrono::sys_seconds now) const;
  // When the question was answered.
  [[nodiscard]] AccessVerdict judge_user(const std::string& user, bool password_good,
                                         Right right) const;
  [[nodiscard]] bool allows_origin(const http::Headers& headers) const {
    return origins_.allows(headers);
  }
  [[nodiscard]] bool cors() const { return cors_; }
  // What was read, "2 tokens, 1 token for publishing"; empty: nothing is asked for.
  [[nodiscard]] std::string description() const;

 private:
  explicit AccessPolicy(OriginPolicy origins) : origins_(std::move(origins)) {}
  [[nodiscard]] Result<void> add_passwords(const std::string& file);
  [[nodiscard]] std::optional<std::string> token_in_query(const AccessRequest& request) const;
  [[nodiscard]] bool is_open() const { return !guarded_ && !publishers_apart_; }
  [[nodiscard]] AccessJudgement judge_token(std::string_view token, Right right,
                                            std::chrono::sys_seconds now) const;
  [[nodiscard]] AccessVerdict judge_nobody(Right right) const;
  // `error` is what to add to the challenge for tokens.
  [[nodiscard]] AccessRefusal refuse(std::string text, const std::string& error = {}) const;
  [[nodiscard]] AccessGrant grant_for_subscriber() const;
  [[nodiscard]] Result<AccessGrant> grant_for(std::string_view token,
                                              std::chrono::sys_seconds now) const;
  [[nodiscard]] Result<AccessGrant> grant_for_jwt(std::string_view text,
                                                  std::chrono::sys_seconds now) const;

  OriginPolicy origins_;
  bool cors_ = false;
  bool token_in_query_ = false;
  bool guarded_ = false;  // nobody subscribes without credentials
  bool publishers_apart_ = false;
  std::vector<Secret> tokens_;
  std::vector<Secret> publish_tokens_;
  std::vector<std::unique_ptr<net::JwtVerifier>> jwt_keys_;
  session::JwtRules jwt_rules_;
  std::shared_ptr<const session::PasswordFile> passwords_;  // nullptr: no Basic authentication
};

// 403 for somebody known who lacks a right.
[[nodiscard]] AccessRefusal lacks_right(Right right);

}  // namespace wsb::app

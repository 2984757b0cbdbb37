#pragma once

// The door of one worker: judges requests by the policy in force, has passwords checked elsewhere,
// counts whom it refuses, and writes the fields that let pages of other origins read answers. Owned
// by a ServeWorker, on its thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/app/access_counters.h"
#include "core/app/access_policy.h"
#include "core/app/client_slots.h"
#include "core/net/connection.h"
#include "core/net/http.h"
#include "core/net/loop.h"

namespace wsb::app {

// What a connection was let in with; ConnectionInfo::admission of every client of `wsb serve`.
struct Admission final : net::Admission {
  Admission(AccessGrant given, std::shared_ptr<ClientSlots::Slot> place)
      : grant(std::move(given)), slot(std::move(place)) {}
  [[nodiscard]] std::string_view user() const override { return grant.subject; }
  const AccessGrant grant;
  const std::shared_ptr<ClientSlots::Slot> slot;  // given back when the connection has ended
};

class AccessGate {
 public:
  explicit AccessGate(std::shared_ptr<const AccessPolicy> policy) : policy_(std::move(policy)) {}
  // For a policy with passwords; `loop` is the worker's, to which the desk's answers come. The desk
  // has ended before the gate does.
  AccessGate(std::shared_ptr<const AccessPolicy> policy, PasswordDesk* desk, net::Loop* loop)
      : policy_(std::move(policy)), desk_(desk), loop_(loop) {}
  AccessGate(const AccessGate&) = delete;
  AccessGate& operator=(const AccessGate&) = delete;

  // For all requests from now on; who is in stays in.
  void swap_policy(std::shared_ptr<const AccessPolicy> policy) { policy_ = std::move(policy); }

  // Calls `then` with the verdict, before it returns or later. A refusal is counted already.
  void judge(const AccessRequest& request, Right right, std::function<void(AccessVerdict)> then);
  // The same for a plain HTTP request: who is refused is answered here.
  void admit(const std::shared_ptr<net::HttpExchange>& exchange, Right right,
             std::function<void(const AccessGrant&)> then);

  // Whether requests with this Origin, or none, are let in. A refusal is counted.
  [[nodiscard]] bool admits_origin(const http::Headers& headers);

  // The exchange with the fields of CORS on its answer, if the policy says so; nullptr: it was a
  // preflight, and is answered.
  [[nodiscard]] std::shared_ptr<net::HttpExchange> with_cors(
      std::shared_ptr<net::HttpExchange> exchange) const;

  [[nodiscard]] AccessCounters& counters() { return counters_; }
  [[nodiscard]] const AccessCounters& counters() const { return counters_; }

 private:
  using Then = std::function<void(AccessVerdict)>;
  // Judged by the policy under which it was asked.
  struct Pending {
    std::shared_ptr<const AccessPolicy> policy;
    std::string user;
    Right right;
    Then then;
  };

  void ask(PasswordQuestion question, Right right, Then then);
  void answered(std::uint64_t number, bool password_good);
  void settle(AccessVerdict verdict, const Then& then);
  void count(const AccessRefusal& refusal);

  std::shared_ptr<const AccessPolicy> policy_;
  PasswordDesk* const desk_ = nullptr;
  net::Loop* const loop_ = nullptr;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t questions_ = 0;
  AccessCounters counters_;
};

}  // namespace wsb::app

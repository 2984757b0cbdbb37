#pragma once

// Where passwords are checked: on a thread of its own, one after the other, since each takes long
// on purpose; a worker that waited for it would keep all its clients waiting. Good answers are
// remembered, by a keyed hash and never by the password, so that a client that comes again costs
// nothing. Owned by run_serve; those who ask outlive it. Any thread.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/limits.h"
#include "core/net/tls/keyed_hash.h"
#include "core/session/password_file.h"

namespace wsb::app {

struct PasswordQuestion {
  std::string user;
  std::string password;
  std::shared_ptr<const session::PasswordFile> file;
};

struct PasswordDeskLimits {
  std::size_t questions = limits::kPasswordQuestions;
  std::size_t askers = limits::kPasswordAskers;
  std::size_t remembered = limits::kPasswordsRemembered;
};

class PasswordDesk {
 public:
  // Whether a password is that of a user: session::check_password.
  using Check = std::function<bool(const session::PasswordFile& file, std::string_view user,
                                   std::string_view password)>;
  enum class Reply {
    good,   // known already
    later,  // `answer` will say
    busy,   // too many wait: ask again
  };

  explicit PasswordDesk(Check check, PasswordDeskLimits limits = {});
  // Whoever waits gets no answer.
  ~PasswordDesk();
  PasswordDesk(const PasswordDesk&) = delete;
  PasswordDesk& operator=(const PasswordDesk&) = delete;

  // `answer` is called on the desk's thread, once, if the reply is `later`.
  [[nodiscard]] Reply ask(PasswordQuestion question, std::function<void(bool)> answer);

 private:
  using Digest = net::KeyedHash::Digest;
  struct Job {
    Digest digest;
    PasswordQuestion question;
    std::vector<std::function<void(bool)>> answers;
  };

  void run();
  void remember(const Digest& digest);

  const Check check_;
  const PasswordDeskLimits limits_;
  const net::KeyedHash hash_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;  // the first one is being worked on
  std::size_t askers_ = 0;
  std::set<Digest> good_;
  std::deque<Digest> good_by_age_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace wsb::app

#pragma once

// Users and the hashes of their passwords, as htpasswd and mkpasswd write them: "user:hash", one a
// line. Read only; password_check.h compares. Value type, any thread. No error repeats a hash.

#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace wsb::session {

class PasswordFile {
 public:
  // Hashes of bcrypt ($2a$, $2b$, $2y$), SHA-crypt ($5$, $6$) and yescrypt ($y$). Plain text, MD5,
  // SHA-1 and the old DES form are refused, saying what to do. Empty lines and lines that begin
  // with '#' are left out. At least one user, none twice.
  // Errors: invalid_argument, naming the line.
  [[nodiscard]] static Result<PasswordFile> parse(std::string_view text);

  struct Match {
    std::string_view hash;
    // False: the hash of somebody else, always the same for this name, so that an unknown user
    // takes as long as one of the known.
    bool known = false;
  };
  [[nodiscard]] Match find(std::string_view user) const;
  [[nodiscard]] std::size_t size() const { return hashes_.size(); }

 private:
  std::map<std::string, std::string, std::less<>> hashes_;  // by user
  std::string secret_;  // of all hashes: it says who stands in for whom
};

}  // namespace wsb::session

#pragma once

// Who gets into `wsb serve`, as an operator says it. Plain values; validate() before use. The files
// named here are read by AccessPolicy::load, again whenever the operator asks for it.

#include <string>
#include <vector>

#include "core/base/result.h"

namespace wsb::app {

struct AccessConfig {
  std::vector<std::string> origins;  // patterns of pages that may connect besides our own
  bool cors = false;                 // pages of these origins may read HTTP answers
  std::string token;                 // one that lets in
  std::string token_file;            // more of them
  std::string publish_token_file;    // set: publishing needs one of these
  bool token_in_query = false;       // ?token= is as good as the Authorization field
  std::vector<std::string> jwt_key_files;  // JSON Web Tokens signed with one of these let in
  std::string jwt_audience;                // theirs; empty: none
  std::string jwt_issuer;                  // theirs; empty: any
  std::string password_file;               // users of Basic authentication

  // Whether anything is asked of who connects and publishes.
  [[nodiscard]] bool guards_subscribing() const {
    return !token.empty() || !token_file.empty() || !jwt_key_files.empty() ||
           !password_file.empty();
  }
  [[nodiscard]] bool guards_publishing() const {
    return guards_subscribing() || !publish_token_file.empty();
  }
  // Errors: invalid_argument, naming the option as typed, never its secret.
  [[nodiscard]] Result<void> validate() const;
};

}  // namespace wsb::app

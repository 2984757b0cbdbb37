#pragma once

// A token that lets somebody in. It can be compared, in a time that tells nothing of it, and never
// be printed: there is no way to get it out. Value type, any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace wsb {

class Secret {
 public:
  // Visible ASCII without spaces, so that a header can carry it; at most limits::kSecretBytes.
  // Errors: invalid_argument, never repeating the text.
  [[nodiscard]] static Result<Secret> parse(std::string_view text);

  // Takes a time that depends on the length of the candidate alone: not on the secret, its length,
  // or how much of it was guessed.
  [[nodiscard]] bool matches(std::string_view candidate) const;

 private:
  explicit Secret(std::string value) : value_(std::move(value)) {}

  std::string value_;
};

// A file with one token a line, so that an old and a new one can hold while they are changed; empty
// lines and lines that begin with "# " are left out. At least one. Errors: invalid_argument, naming
// the line.
[[nodiscard]] Result<std::vector<Secret>> parse_secrets(std::string_view file_text);

// Compares with all of them, whichever matches.
[[nodiscard]] bool any_matches(std::span<const Secret> secrets, std::string_view candidate);

}  // namespace wsb

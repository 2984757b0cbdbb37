#include "core/base/secret.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/base/limits.h"
#include "core/base/text.h"

namespace wsb {

Result<Secret> Secret::parse(std::string_view text) {
  if (text.empty()) return make_error(ErrorCode::invalid_argument, "the token is empty");
  if (text.size() > limits::kSecretBytes) {
    return make_error(
        ErrorCode::invalid_argument,
        "the token is longer than " + std::to_string(limits::kSecretBytes) + " bytes");
  }
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; })) {
    return make_error(ErrorCode::invalid_argument,
                      "the token has a space, a control or a character beyond ASCII, which a "
                      "header cannot carry");
  }
  return Secret(std::string(text));
}

bool Secret::matches(std::string_view candidate) const {
  // Whatever the lengths, each byte of the candidate is compared with some byte of the secret,
  // which begins anew at its end. Volatile keeps the compiler from leaving the loop early.
  const std::size_t size = value_.size();
  volatile unsigned difference = size == candidate.size() ? 0U : 1U;
  std::size_t at = 0;
  for (const char byte : candidate) {
    difference = difference | static_cast<unsigned char>(byte ^ value_[at]);
    ++at;
    at &= std::size_t{0} - static_cast<std::size_t>(at < size);  // 0 at the end, without a branch
  }
  return difference == 0;
}

Result<std::vector<Secret>> parse_secrets(std::string_view file_text) {
  std::vector<Secret> secrets;
  std::size_t number = 0;
  for (std::string_view line : split(file_text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trim(line);
    if (line.empty() || line == "#" || line.starts_with("# ")) continue;
    Result<Secret> secret = Secret::parse(line);
    if (!secret) return std::move(secret).error().with_context("line " + std::to_string(number));
    secrets.push_back(*std::move(secret));
  }
  if (secrets.empty()) return make_error(ErrorCode::invalid_argument, "there is no token in it");
  return secrets;
}

bool any_matches(std::span<const Secret> secrets, std::string_view candidate) {
  bool found = false;
  for (const Secret& secret : secrets) found = secret.matches(candidate) || found;
  return found;
}

}  // namespace wsb

#include "core/session/password_file.h"

#include <cstddef>
#include <functional>
#include <iterator>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/base/text.h"

namespace wsb::session {
namespace {

constexpr const char* kAdvice = "make the line with 'htpasswd -B' or 'mkpasswd -m yescrypt'";

struct Method {
  std::string_view prefix;
  std::size_t last_field;  // its size: the salt and the hash of bcrypt, the hash of the others
  std::size_t fields_min;  // between dollar signs
  std::size_t fields_max;
};

constexpr std::array<Method, 6> kMethods{{
    {"$2a$", 53, 3, 3},
    {"$2b$", 53, 3, 3},
    {"$2y$", 53, 3, 3},
    {"$5$", 43, 3, 4},
    {"$6$", 86, 3, 4},
    {"$y$", 43, 4, 4},
}};

bool is_hash_char(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') ||
         std::string_view("./$=,+-").find(c) != std::string::npos;
}

bool fits(std::string_view hash, const Method& method) {
  const auto fields = split(hash.substr(1), '$');
  return fields.size() >= method.fields_min && fields.size() <= method.fields_max &&
         fields.back().size() == method.last_field &&
         std::all_of(hash.begin(), hash.end(), is_hash_char);
}

// nullptr: a hash that can be used.
const char* fault_of(std::string_view hash) {
  for (const Method& method : kMethods) {
    if (hash.starts_with(method.prefix)) {
      return fits(hash, method) ? nullptr : "is cut off or has wrong characters: ";
    }
  }
  if (hash.starts_with("$apr1$") || hash.starts_with("$1$") || hash.starts_with("{SHA}") ||
      hash.starts_with("{SSHA}")) {
    return "is hashed with MD5 or SHA-1, which is too weak: ";
  }
  return "is not hashed, or in a way that is not known: ";
}

Error bad_line(std::size_t number, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, "line " + std::to_string(number) + ": " + what);
}

}  // namespace

Result<PasswordFile> PasswordFile::parse(std::string_view text) {
  PasswordFile file;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return bad_line(number, "it is not 'user:hash'");
    }
    const std::string user(line.substr(0, colon));
    const std::string_view hash = line.substr(colon + 1);
    if (const char* fault = fault_of(hash)) {
      return bad_line(number, "the password of '" + printable(user) + "' " + fault + kAdvice);
    }
    if (!file.hashes_.emplace(user, hash).second) {
      return bad_line(number, "'" + printable(user) + "' is there twice");
    }
    file.secret_ += hash;
  }
  if (file.hashes_.empty()) {
    return make_error(ErrorCode::invalid_argument, "there is no user in it");
  }
  return file;
}

PasswordFile::Match PasswordFile::find(std::string_view user) const {
  const auto entry = hashes_.find(user);
  if (entry != hashes_.end()) return {entry->second, true};
  const std::size_t chosen = std::hash<std::string>()(secret_ + std::string(user));
  return {std::next(hashes_.begin(), static_cast<std::ptrdiff_t>(chosen % hashes_.size()))->second,
          false};
}

}  // namespace wsb::session

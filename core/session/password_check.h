#pragma once

// Whether a password is the one of a user, by crypt(3) of libcrypt. It is slow on purpose: a tenth
// of a second, as the hash says. Call it off the loop, and remember who was let in. Any thread.

#include <string>
#include <string_view>

#include "core/session/password_file.h"

namespace wsb::session {

// An unknown user takes as long as a known one. False too for a password that crypt(3) does not
// take: longer than 511 bytes, or with a NUL in it.
[[nodiscard]] bool check_password(const PasswordFile& file, std::string_view user,
                                  std::string_view password);

}  // namespace wsb::session

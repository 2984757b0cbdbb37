#include "core/session/password_check.h"

#include <cstddef>
#include <memory>

#include <crypt.h>

namespace wsb::session {
namespace {

// In a time that does not depend on where they differ; hashes of one method have one length.
bool same_text(std::string_view a, std::string_view b) {
  volatile unsigned difference = a.size() == b.size() ? 0U : 1U;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    difference = difference | static_cast<unsigned char>(a[i] ^ b[i]);
  }
  return difference == 0;
}

}  // namespace

bool check_password(const PasswordFile& file, std::string_view user, std::string_view password) {
  if (password.size() >= CRYPT_MAX_PASSPHRASE_SIZE || password.find('\0') != password.npos) {
    return false;
  }
  const PasswordFile::Match match = file.find(user);
  const std::string phrase(password);
  const std::string setting(match.hash);
  const auto data = std::make_unique<crypt_data>();  // 32 KiB of zeros
  const char* hashed = crypt_rn(phrase.c_str(), setting.c_str(), data.get(), sizeof(crypt_data));
  return hashed != nullptr && same_text(hashed, match.hash) && match.known;
}

}  // namespace wsb::session

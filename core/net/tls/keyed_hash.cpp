#include "core/net/tls/keyed_hash.h"

#include <cstdint>

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "core/base/check.h"
#include "core/net/tls/openssl.h"

namespace wsb::net {

KeyedHash::KeyedHash() { WSB_CHECK(RAND_bytes(key_.data(), kBytes) == 1); }

KeyedHash::~KeyedHash() { OPENSSL_cleanse(key_.data(), key_.size()); }

KeyedHash::Digest KeyedHash::of(std::initializer_list<BytesView> parts) const {
  Bytes text;
  for (const BytesView part : parts) {
    const std::uint64_t size = part.size();
    text.append(reinterpret_cast<const char*>(&size), sizeof size);
    text += part;
  }
  Digest digest{};
  unsigned size = kBytes;
  WSB_CHECK(HMAC(EVP_sha256(), key_.data(), static_cast<int>(kBytes),
                 reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
                 &size) != nullptr);
  OPENSSL_cleanse(text.data(), text.size());
  return digest;
}

}  // namespace wsb::net

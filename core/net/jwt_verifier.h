#pragma once

// Whether a signature is good, for whoever reads JSON Web Tokens: an interface, so that they need
// no cryptography. A verifier holds one key, of one kind, and takes no other algorithm than that
// key's. Shared by all workers: any thread.

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace wsb::net {

// RFC 7518 §3.1. There is no "none".
enum class JwtAlgorithm {
  hs256,  // HMAC with SHA-256 and a shared secret
  rs256,  // RSASSA-PKCS1-v1_5 with SHA-256
  es256,  // ECDSA on P-256 with SHA-256
};

class JwtVerifier {
 public:
  virtual ~JwtVerifier() = default;
  // `signed_part` is the header and payload with the dot between them, as received. Errors:
  // protocol (the algorithm is not that of the key, or the signature is wrong).
  [[nodiscard]] virtual Result<void> verify(JwtAlgorithm algorithm, BytesView signed_part,
                                            BytesView signature) const = 0;
};

}  // namespace wsb::net

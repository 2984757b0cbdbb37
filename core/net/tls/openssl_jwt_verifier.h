#pragma once

// The signatures of JSON Web Tokens, verified by OpenSSL with a key from a file. What the key is
// decides the one algorithm that holds: a public RSA key never serves as the secret of an HMAC.

#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/net/jwt_verifier.h"

namespace wsb::net {

// The file holds a public key or a certificate in PEM form, of RSA with at least 2048 bits (RS256)
// or on P-256 (ES256); or the secret of HS256, at least limits::kJwtSecretBytesMin, as it is but
// for the newline at the end of a text. Errors: tls_setup, naming the file.
[[nodiscard]] Result<std::unique_ptr<JwtVerifier>> load_jwt_verifier(const std::string& key_file);

// The same from the text of a file; `name` is for errors.
[[nodiscard]] Result<std::unique_ptr<JwtVerifier>> make_jwt_verifier(Bytes key,
                                                                     const std::string& name);

}  // namespace wsb::net

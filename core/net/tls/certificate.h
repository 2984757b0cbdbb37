#pragma once

// What a certificate says, in words, and why it is not trusted. Pure functions, any thread.

#include <openssl/types.h>

#include <string>

namespace wsb::net {

[[nodiscard]] std::string subject_of(const X509& certificate);  // "CN=example.com"
[[nodiscard]] std::string issuer_of(const X509& certificate);
[[nodiscard]] std::string not_after_of(const X509& certificate);  // "Nov 24 12:00:00 2027 GMT"
[[nodiscard]] bool has_expired(const X509& certificate);
// The hosts it is for: "example.com, *.example.com, 127.0.0.1".
[[nodiscard]] std::string names_of(const X509& certificate);
// SHA-256 over its DER form, "AB:CD:…".
[[nodiscard]] std::string fingerprint_of(const X509& certificate);

// For a result of the verification other than X509_V_OK; `certificate` is the one at fault or the
// leaf, and may be null.
[[nodiscard]] std::string distrust_words(long verify_result, const X509* certificate,
                                         const std::string& host);

[[nodiscard]] bool is_ip_literal(const std::string& host);

}  // namespace wsb::net

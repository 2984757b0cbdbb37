#pragma once

// What a user says about TLS, and what a handshake agreed on, without a word of OpenSSL.
// Plain values.

#include <string>
#include <vector>

namespace wsb::net {

// The server's certificate chain and key, checked to belong together (net/tls makes it), and whose
// certificates it asks its clients for.
struct ServerIdentity {
  std::string certificate_pem;   // leaf first
  std::string private_key_pem;
  std::string sha256_fingerprint;  // of the leaf, "AB:CD:…"
  std::string warning;             // what clients will not like, such as that it has expired
  std::string client_authorities_pem;  // who signs the clients'; empty: they need none
};

struct TlsClientConfig {
  bool verify = true;            // false: --insecure
  std::string ca_file;           // empty: the system's
  std::string server_name;       // empty: the URL's host
  std::string key_log_file;      // secrets are appended to it, as SSLKEYLOGFILE has it; empty: none
};

// What the handshake agreed on; empty strings on a plain connection. The peer is the server, or the
// client that was asked for a certificate.
struct TlsInfo {
  std::string version;           // "TLSv1.3"
  std::string cipher;            // "TLS_AES_256_GCM_SHA384"
  std::string verify_result;     // "ok", or in words
  std::string peer_subject;
  std::string peer_issuer;
  std::string peer_not_after;    // "Nov 24 12:00:00 2027 GMT"
};

}  // namespace wsb::net

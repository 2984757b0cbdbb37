#pragma once

// A server's certificate chain and key, from files. Pure but for reading the files; any thread.

#include <string>

#include "core/base/result.h"
#include "core/net/tls_config.h"

namespace wsb::net {

// PEM files; they may be the same one. Checks all that can be checked before anybody connects; a
// certificate that has expired is a warning. Errors: tls_setup, naming the file.
[[nodiscard]] Result<ServerIdentity> load_server_identity(const std::string& certificate_file,
                                                          const std::string& key_file);

// The certificates of those who sign the certificates of clients, one at least, in PEM form.
// Errors: tls_setup, naming the file.
[[nodiscard]] Result<std::string> load_client_authorities(const std::string& file);

}  // namespace wsb::net

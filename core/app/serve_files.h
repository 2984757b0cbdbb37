#pragma once

// What `wsb serve` reads from files that may change while it runs: who it is, whom it lets in, and
// the Socket.IO client that it hands out. Read together, so that a server has all of the new ones
// or all of the old. Immutable once loaded; shared by all workers.

#include <memory>
#include <optional>
#include <string>

#include "core/app/access_policy.h"
#include "core/app/built_in_page.h"
#include "core/app/serve_config.h"
#include "core/base/result.h"
#include "core/net/tls_config.h"

namespace wsb::app {

struct ServeFiles {
  std::shared_ptr<const AccessPolicy> access;
  std::optional<net::ServerIdentity> identity{};  // unset: none of it is from a file
  std::shared_ptr<const BuiltInPage> socketio_client{};  // nullptr: the one of the page
};

// `made` is the identity that was made on the spot, if that was asked for. Errors:
// invalid_argument, cannot_read, tls_setup, naming the file.
[[nodiscard]] Result<std::shared_ptr<const ServeFiles>> load_serve_files(
    const ServeConfig& config, const std::optional<net::ServerIdentity>& made);

// "certificate sha256 AB:CD:…, 2 tokens"; "no files" when no option names any.
[[nodiscard]] std::string describe(const ServeFiles& files);

}  // namespace wsb::app

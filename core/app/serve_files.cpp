#include "core/app/serve_files.h"

#include <array>
#include <utility>

#include "core/app/origin_policy.h"
#include "core/app/small_file.h"
#include "core/net/tls/server_identity.h"

namespace wsb::app {

namespace {

// Under both names that pages know, whichever of the two the file is.
Result<std::shared_ptr<const BuiltInPage>> load_socketio_client(const std::string& name) {
  const auto script = read_small_file("Socket.IO client", name);
  if (!script) return script.error();
  if (script->empty()) {
    return make_error(ErrorCode::cannot_read, "the Socket.IO client '" + name + "' is empty");
  }
  constexpr std::string_view kScript = "text/javascript; charset=utf-8";
  const std::array<WebAsset, 2> assets{{{"/socket.io/socket.io.js", kScript, *script},
                                        {"/socket.io/socket.io.min.js", kScript, *script}}};
  return std::make_shared<const BuiltInPage>(assets);
}

}  // namespace

Result<std::shared_ptr<const ServeFiles>> load_serve_files(
    const ServeConfig& config, const std::optional<net::ServerIdentity>& made) {
  const auto files = std::make_shared<ServeFiles>();
  if (!config.certificate_file.empty()) {
    auto identity = net::load_server_identity(config.certificate_file, config.key_file);
    if (!identity) return std::move(identity).error();
    files->identity = *std::move(identity);
  }
  if (!config.client_ca_file.empty()) {
    auto authorities = net::load_client_authorities(config.client_ca_file);
    if (!authorities) return std::move(authorities).error();
    if (!files->identity) files->identity = made;
    files->identity->client_authorities_pem = *std::move(authorities);
  }
  if (!config.socketio.client_file.empty()) {
    auto client = load_socketio_client(config.socketio.client_file);
    if (!client) return std::move(client).error();
    files->socketio_client = *std::move(client);
  }
  auto access = AccessPolicy::load(config.access, is_loopback_host(config.host));
  if (!access) return std::move(access).error();
  files->access = *std::move(access);
  return std::shared_ptr<const ServeFiles>(files);
}

std::string describe(const ServeFiles& files) {
  std::string text = files.access->description();
  if (files.identity) {
    const std::string certificate = "certificate sha256 " + files.identity->sha256_fingerprint;
    const std::string clients =
        files.identity->client_authorities_pem.empty() ? "" : ", CA of clients";
    text = certificate + clients + (text.empty() ? "" : ", " + text);
  }
  if (files.socketio_client != nullptr) {
    if (!text.empty()) text += ", ";
    text += "Socket.IO client";
  }
  return text.empty() ? "no files" : text;
}

}  // namespace wsb::app

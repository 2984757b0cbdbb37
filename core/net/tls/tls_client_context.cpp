#include "core/net/tls/tls_client_context.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

}  // namespace

Result<std::shared_ptr<TlsClientContext>> TlsClientContext::create(const TlsClientConfig& config) {
  const std::shared_ptr<TlsClientContext> context(new TlsClientContext);
  WSB_TRY(context->set_up(config));
  return context;
}

TlsClientContext::~TlsClientContext() {
  if (key_log_fd_ >= 0) close(key_log_fd_);
}

Result<void> TlsClientContext::set_up(const TlsClientConfig& config) {
  SSL_CTX* const context = open(Side::client);
  if (context == nullptr) {
    return make_error(ErrorCode::tls_setup, "cannot start TLS: " + take_openssl_error());
  }
  verify_ = config.verify;
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_alpn_protos(context, kAlpn.data(), kAlpn.size());
  if (config.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else if (access(config.ca_file.c_str(), R_OK) != 0) {
    return make_errno_error(ErrorCode::tls_setup,
                            "cannot read the CA file '" + config.ca_file + "'", errno);
  } else if (SSL_CTX_load_verify_file(context, config.ca_file.c_str()) != 1) {
    ERR_clear_error();
    return make_error(ErrorCode::tls_setup,
                      "no certificate in PEM form in the CA file '" + config.ca_file + "'");
  }
  if (config.key_log_file.empty()) return {};
  key_log_fd_ =
      ::open(config.key_log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (key_log_fd_ < 0) {
    return make_errno_error(ErrorCode::tls_setup,
                            "cannot write the key log '" + config.key_log_file + "'", errno);
  }
  SSL_CTX_set_keylog_callback(context, &TlsClientContext::log_key);
  return {};
}

// One write a line: several processes may append to the same file.
void TlsClientContext::log_key(const SSL* ssl, const char* line) {
  const auto* self =
      static_cast<TlsClientContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const std::string text = std::string(line) + "\n";
  [[maybe_unused]] const ssize_t written = write(self->key_log_fd_, text.data(), text.size());
}

Result<std::shared_ptr<TlsClientContext>> TlsClientContexts::get(const TlsClientConfig& config) {
  const Key key{config.verify, {config.ca_file, config.key_log_file}};
  const auto found = contexts_.find(key);
  if (found != contexts_.end()) return found->second;
  Result<std::shared_ptr<TlsClientContext>> made = TlsClientContext::create(config);
  if (made) contexts_[key] = *made;
  return made;
}

}  // namespace wsb::net

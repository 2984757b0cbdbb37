#include "core/net/tls/tls_stream.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "core/net/tls/certificate.h"
#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

// Encrypted and handed down in pieces of this size.
constexpr std::size_t kPlainBytes = std::size_t{64} << 10U;

// The reason as OpenSSL has it, and what it mostly means where that is not plain.
std::string handshake_words() {
  const unsigned long code = ERR_peek_last_error();
  const int reason = ERR_GET_REASON(code);
  std::string words = take_openssl_error();
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG)
    words += " (the server does not speak TLS on this port?)";
  return words;
}

}  // namespace

TlsStream::TlsStream(Loop& loop, Result<std::shared_ptr<TlsClientContext>> context,
                     std::string host, std::unique_ptr<ByteStream> below)
    : loop_(loop),
      context_(std::move(context)),
      host_(std::move(host)),
      below_(std::move(below)) {}

TlsStream::~TlsStream() {
  abort();
  SSL_free(ssl_);
}

void TlsStream::start(StreamEvents& events) {
  events_ = &events;
  Result<void> made = context_ ? make_session() : Result<void>(context_.error());
  if (made) return below_->start(*this);
  timer_ = loop_.schedule(loop_.now(), [this, error = made.error()] {
    end({Phase::tls, error});
  });
}

Result<void> TlsStream::make_session() {
  ERR_clear_error();
  ssl_ = SSL_new((*context_)->get());
  received_ = BIO_new(BIO_s_mem());
  to_send_ = BIO_new(BIO_s_mem());
  WSB_CHECK(ssl_ != nullptr && received_ != nullptr && to_send_ != nullptr);
  BIO_set_mem_eof_return(received_, -1);  // empty means: wait
  SSL_set_bio(ssl_, received_, to_send_);
  SSL_set_connect_state(ssl_);
  SSL_set_app_data(ssl_, this);
  SSL_set_verify(ssl_, (*context_)->verify() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                 &TlsStream::on_verify);
  bool good = true;
  if (is_ip_literal(host_)) {
    good = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host_.c_str()) == 1;
  } else {
    SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    good = SSL_set_tlsext_host_name(ssl_, host_.c_str()) == 1 &&
           SSL_set1_host(ssl_, host_.c_str()) == 1;
  }
  if (good) return {};
  ERR_clear_error();
  return make_error(ErrorCode::tls_setup, "'" + host_ + "' cannot be the name of a TLS server");
}

// The first fault is the one to tell; without verification it is told and passed over.
int TlsStream::on_verify(int good, X509_STORE_CTX* chain) {
  if (good == 1) return 1;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* self = static_cast<TlsStream*>(SSL_get_app_data(ssl));
  if (self->distrust_.empty()) {
    self->distrust_ = distrust_words(X509_STORE_CTX_get_error(chain),
                                     X509_STORE_CTX_get_current_cert(chain), self->host_);
  }
  return (*self->context_)->verify() ? 0 : 1;
}

// ---- from below

void TlsStream::on_phase(Phase phase) {
  if (phase != Phase::handshake) return events_->on_phase(phase);
  events_->on_phase(Phase::tls);
  if (events_ != nullptr) shake_hands();
}

void TlsStream::on_bytes(BytesView ciphertext) {
  BIO_write(received_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  if (!ready_) shake_hands();
  if (ready_ && events_ != nullptr) deliver();
}

void TlsStream::shake_hands() {
  ERR_clear_error();
  const int status = SSL_do_handshake(ssl_);
  const int why = SSL_get_error(ssl_, status);
  [[maybe_unused]] const bool flushed = flush();  // also an alert that says what we did not like
  if (status == 1) {
    ready_ = true;
    return events_->on_phase(Phase::handshake);
  }
  if (why == SSL_ERROR_WANT_READ) return;
  if ((*context_)->verify() && !distrust_.empty()) {
    return fail(ErrorCode::tls_untrusted,
                "the certificate of '" + host_ + "' is not trusted: " + distrust_);
  }
  fail(ErrorCode::tls_handshake,
       "the TLS handshake with '" + host_ + "' failed: " + handshake_words());
}

// Hands on what can be decrypted, as much as possible in one piece.
void TlsStream::deliver() {
  auto& buffer = (*context_)->buffer();
  while (events_ != nullptr && !paused_) {
    std::size_t filled = 0;
    int why = SSL_ERROR_NONE;
    while (filled < buffer.size() && why == SSL_ERROR_NONE) {
      std::size_t size = 0;
      ERR_clear_error();
      const int status =
          SSL_read_ex(ssl_, buffer.data() + filled, buffer.size() - filled, &size);
      if (status == 1) {
        filled += size;
      } else {
        why = SSL_get_error(ssl_, status);
      }
    }
    if (filled != 0) events_->on_bytes(BytesView(buffer.data(), filled));
    if (events_ == nullptr || (paused_ && why == SSL_ERROR_NONE)) return;
    if (why == SSL_ERROR_WANT_READ) {
      [[maybe_unused]] const bool flushed = flush();  // the answer to a key update
      return;
    }
    if (why == SSL_ERROR_ZERO_RETURN) return end({Phase::open, std::nullopt});
    if (why != SSL_ERROR_NONE) {
      return end({Phase::open, make_error(ErrorCode::connection_lost,
                                          "broken TLS from '" + host_ + "': " +
                                              take_openssl_error())});
    }
  }
}

void TlsStream::on_writable() {
  if (!flush() || !ready_ || !upper_waits_) return;
  upper_waits_ = false;
  events_->on_writable();
}

void TlsStream::on_end(const StreamEnd& ended) {
  StreamEnd out = ended;
  if (!ready_ && ended.phase == Phase::open) {
    out.phase = Phase::tls;
    if (!out.error) {
      out.error = make_error(ErrorCode::tls_handshake,
                             "'" + host_ + "' closed the connection during the TLS handshake");
    }
  }
  StreamEvents* events = std::exchange(events_, nullptr);
  loop_.cancel(std::exchange(timer_, {}));
  events->on_end(out);
}

// ---- from above

std::size_t TlsStream::write(BytesView bytes) {
  WSB_CHECK(events_ != nullptr && ready_);
  std::size_t taken = 0;
  while (taken < bytes.size()) {
    if (!flush()) break;
    const BytesView part = bytes.substr(taken, kPlainBytes);
    std::size_t size = 0;
    ERR_clear_error();
    if (SSL_write_ex(ssl_, part.data(), part.size(), &size) != 1) {
      // Only a session that has already failed refuses; the end comes from its reading side.
      return bytes.size();
    }
    taken += size;
  }
  if (taken == bytes.size()) [[maybe_unused]] const bool flushed = flush();
  upper_waits_ = taken < bytes.size();
  return taken;
}

// True when the stream below has taken all ciphertext.
bool TlsStream::flush() {
  char* data = nullptr;
  const long pending = BIO_get_mem_data(to_send_, &data);
  if (pending <= 0) return true;
  const auto size = static_cast<std::size_t>(pending);
  const std::size_t taken = below_->write(BytesView(data, size));
  if (taken == size) {
    BIO_reset(to_send_);
    return true;
  }
  Bytes rest(data + taken, size - taken);
  BIO_reset(to_send_);
  BIO_write(to_send_, rest.data(), static_cast<int>(rest.size()));
  return false;
}

void TlsStream::pause_reading() {
  paused_ = true;
  if (events_ != nullptr) below_->pause_reading();
}

void TlsStream::resume_reading() {
  paused_ = false;
  if (events_ == nullptr) return;
  below_->resume_reading();
  if (!ready_ || timer_.value != 0) return;
  timer_ = loop_.schedule(loop_.now(), [this] {
    timer_ = {};
    deliver();
  });
}

void TlsStream::close() {
  if (events_ == nullptr) return;
  events_ = nullptr;
  loop_.cancel(std::exchange(timer_, {}));
  if (ready_) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
    [[maybe_unused]] const bool flushed = flush();
  }
  below_->close();
}

void TlsStream::abort() {
  if (events_ == nullptr) return;
  events_ = nullptr;
  loop_.cancel(std::exchange(timer_, {}));
  below_->abort();
}

void TlsStream::fail(ErrorCode code, std::string text) {
  end({Phase::tls, make_error(code, std::move(text))});
}

void TlsStream::end(StreamEnd ended) {
  StreamEvents* events = std::exchange(events_, nullptr);
  loop_.cancel(std::exchange(timer_, {}));
  below_->close();
  events->on_end(ended);
}

void TlsStream::describe(ConnectionInfo& info) const {
  below_->describe(info);
  info.tls = true;
  if (!ready_) return;
  info.tls_info.version = SSL_get_version(ssl_);
  info.tls_info.cipher = SSL_get_cipher_name(ssl_);
  info.tls_info.verify_result = distrust_.empty() ? "ok" : distrust_;
  const Openssl<X509> certificate(SSL_get1_peer_certificate(ssl_));
  if (!certificate) return;
  info.tls_info.peer_subject = subject_of(*certificate);
  info.tls_info.peer_issuer = issuer_of(*certificate);
  info.tls_info.peer_not_after = not_after_of(*certificate);
}

}  // namespace wsb::net

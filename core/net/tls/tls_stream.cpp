#include "core/net/tls/tls_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/check.h"
#include "core/net/tls/certificate.h"
#include "core/net/tls/openssl.h"

namespace wsb::net {
namespace {

// Encrypted and handed down in pieces of this size, four records each.
constexpr std::size_t kPlainBytes = std::size_t{64} << 10U;
// Answers to key updates of a peer that does not read them.
constexpr std::size_t kUnsentBytes = std::size_t{256} << 10U;

constexpr std::string_view kPlainHttpAnswer =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 57\r\nConnection: close\r\n\r\n"
    "this port speaks TLS: use https:// or wss:// to reach it\n";

// The reason as OpenSSL has it, and what it mostly means where that is not plain.
std::string handshake_words(bool server) {
  const unsigned long code = ERR_peek_last_error();
  const int reason = ERR_GET_REASON(code);
  std::string words = take_openssl_error();
  if (server) return words;
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG)
    words += " (the server does not speak TLS on this port?)";
  return words;
}

}  // namespace

struct TlsStream::Bio {
  static BIO* make(TlsStream& stream) {
    BIO* bio = BIO_new(method());
    WSB_CHECK(bio != nullptr);
    BIO_set_data(bio, &stream);
    BIO_set_init(bio, 1);
    return bio;
  }

 private:
  static BIO_METHOD* method() {
    static BIO_METHOD* const kMethod = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wsb");
      WSB_CHECK(made != nullptr);
      BIO_meth_set_write(made, &write);
      BIO_meth_set_read(made, &read);
      BIO_meth_set_ctrl(made, &control);
      return made;
    }();
    return kMethod;
  }
  static TlsStream& stream(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* data, int size) {
    stream(bio).context_->ciphertext().append(data, static_cast<std::size_t>(size));
    return size;
  }
  static int read(BIO* bio, char* out, int size) {
    BytesView& incoming = stream(bio).incoming_;
    BIO_clear_retry_flags(bio);
    if (incoming.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t part = std::min(incoming.size(), static_cast<std::size_t>(size));
    std::memcpy(out, incoming.data(), part);
    incoming.remove_prefix(part);
    return static_cast<int>(part);
  }
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }
};

TlsStream::TlsStream(Loop& loop, Result<std::shared_ptr<TlsClientContext>> context,
                     std::string host, std::unique_ptr<ByteStream> below)
    : loop_(loop), server_(false), host_(std::move(host)), below_(std::move(below)) {
  if (context) {
    verify_ = (*context)->verify();
    context_ = *std::move(context);
  } else {
    set_up_error_ = std::move(context).error();
  }
}

TlsStream::TlsStream(Loop& loop, std::shared_ptr<TlsServerContext> context,
                     std::unique_ptr<ByteStream> below)
    : loop_(loop), context_(std::move(context)), server_(true), below_(std::move(below)) {}

TlsStream::~TlsStream() {
  abort();
  SSL_free(ssl_);
}

void TlsStream::start(StreamEvents& events) {
  events_ = &events;
  Result<void> made = set_up_error_ ? Result<void>(*set_up_error_) : make_session();
  if (made) return below_->start(*this);
  timer_ = loop_.schedule(loop_.now(), [this, error = made.error()] {
    end({Phase::tls, error});
  });
}

Result<void> TlsStream::make_session() {
  ERR_clear_error();
  ssl_ = SSL_new(context_->get());
  WSB_CHECK(ssl_ != nullptr);
  BIO* bio = Bio::make(*this);
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_app_data(ssl_, this);
  if (server_) {
    SSL_set_accept_state(ssl_);
    const int mode = SSL_get_verify_mode(ssl_);
    verify_ = mode != SSL_VERIFY_NONE;
    if (verify_) SSL_set_verify(ssl_, mode, &TlsStream::on_verify);
    return {};
  }
  SSL_set_connect_state(ssl_);
  SSL_set_verify(ssl_, verify_ ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, &TlsStream::on_verify);
  if (name_server()) return {};
  ERR_clear_error();
  return make_error(ErrorCode::tls_setup, "'" + host_ + "' cannot be the name of a TLS server");
}

bool TlsStream::name_server() {
  if (is_ip_literal(host_)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host_.c_str()) == 1;
  }
  SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set_tlsext_host_name(ssl_, host_.c_str()) == 1 &&
         SSL_set1_host(ssl_, host_.c_str()) == 1;
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
  return self->verify_ ? 0 : 1;
}

// ---- from below

void TlsStream::on_phase(Phase phase) {
  if (phase != Phase::handshake) return events_->on_phase(phase);
  events_->on_phase(Phase::tls);
  if (events_ != nullptr) shake_hands();
}

void TlsStream::on_bytes(BytesView ciphertext) {
  if (!held_.empty()) {
    held_ += ciphertext;
    return;  // the timer of resume_reading() is under way
  }
  incoming_ = ciphertext;
  take_in();
}

// What is left of incoming_ afterwards outlives the buffer that it is a view of.
void TlsStream::take_in() {
  if (!ready_) shake_hands();
  if (ready_ && events_ != nullptr) deliver();
  held_ = Bytes(std::exchange(incoming_, {}));
}

void TlsStream::take_in_held() {
  const Bytes held = std::exchange(held_, {});
  incoming_ = held;
  take_in();
}

void TlsStream::shake_hands() {
  ERR_clear_error();
  const int status = SSL_do_handshake(ssl_);
  const int why = SSL_get_error(ssl_, status);
  if (status == 1) {
    [[maybe_unused]] const bool flushed = flush();
    ready_ = true;
    return events_->on_phase(Phase::handshake);
  }
  if (why != SSL_ERROR_WANT_READ) return handshake_failed();
  [[maybe_unused]] const bool flushed = flush();
}

void TlsStream::handshake_failed() {
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (server_ && reason == SSL_R_HTTP_REQUEST) context_->ciphertext() = kPlainHttpAnswer;
  [[maybe_unused]] const bool flushed = flush();  // also an alert that says what we did not like
  if (verify_ && !distrust_.empty()) {
    return fail(ErrorCode::tls_untrusted,
                "the certificate of " + peer_name() + " is not trusted: " + distrust_);
  }
  if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) {
    return fail(ErrorCode::tls_untrusted, peer_name() + " has no certificate");
  }
  fail(ErrorCode::tls_handshake,
       "the TLS handshake with " + peer_name() + " failed: " + handshake_words(server_));
}

std::string TlsStream::peer_name() const {
  if (!server_) return "'" + host_ + "'";
  ConnectionInfo info;
  below_->describe(info);
  return "client " + info.remote;
}

// Hands on what can be decrypted, as much as possible in one piece.
void TlsStream::deliver() {
  auto& buffer = context_->buffer();
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
    const std::string broken = why == SSL_ERROR_SSL ? take_openssl_error() : std::string();
    [[maybe_unused]] const bool flushed = flush();  // the answer to a key update
    if (filled != 0) events_->on_bytes(BytesView(buffer.data(), filled));
    if (events_ == nullptr || (paused_ && why == SSL_ERROR_NONE)) return;
    if (unsent_.size() > kUnsentBytes) {
      return end({Phase::open, make_error(ErrorCode::connection_lost, "too many key updates")});
    }
    if (why == SSL_ERROR_WANT_READ) return;
    if (why == SSL_ERROR_ZERO_RETURN) return end({Phase::open, std::nullopt});
    if (why != SSL_ERROR_NONE) {
      return end({Phase::open, make_error(ErrorCode::connection_lost,
                                          "broken TLS from '" + host_ + "': " + broken)});
    }
  }
}

void TlsStream::on_writable() {
  if (!flush()) return;
  if (ending_) return end_below();
  if (!ready_ || !upper_waits_) return;
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
  // What was held comes first, if reading has been resumed.
  const bool resuming = timer_.value != 0;
  loop_.cancel(std::exchange(timer_, {}));
  if (ready_ && resuming && !paused_) take_in_held();
  if (events_ != nullptr) std::exchange(events_, nullptr)->on_end(out);
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
  Bytes& fresh = context_->ciphertext();
  if (ended_) {
    fresh.clear();  // the answer to a key update, which has no more use
  } else if (!unsent_.empty()) {
    unsent_ += fresh;
    unsent_.erase(0, below_->write(unsent_));
    if (unsent_.empty()) Bytes().swap(unsent_);
  } else if (!fresh.empty()) {
    unsent_.assign(fresh, below_->write(fresh));
  }
  fresh.clear();
  return unsent_.empty();
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
    take_in_held();
  });
}

void TlsStream::say_goodbye() {
  if (!ready_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  [[maybe_unused]] const bool flushed = flush();
}

void TlsStream::end_writing() {
  if (events_ == nullptr) return;
  say_goodbye();
  ending_ = true;
  if (unsent_.empty()) end_below();
}

void TlsStream::end_below() {
  if (!std::exchange(ended_, true)) below_->end_writing();
}

void TlsStream::close() {
  if (events_ == nullptr) return;
  events_ = nullptr;
  loop_.cancel(std::exchange(timer_, {}));
  say_goodbye();
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
  if (server_ && !verify_) return;
  info.tls_info.verify_result = distrust_.empty() ? "ok" : distrust_;
  const Openssl<X509> certificate(SSL_get1_peer_certificate(ssl_));
  if (!certificate) return;
  info.tls_info.peer_subject = subject_of(*certificate);
  info.tls_info.peer_issuer = issuer_of(*certificate);
  info.tls_info.peer_not_after = not_after_of(*certificate);
}

}  // namespace wsb::net

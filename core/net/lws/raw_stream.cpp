#include "core/net/lws/raw_stream.h"

#include <libwebsockets.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base/check.h"

namespace wsb::net {
namespace {

constexpr const char* kProtocolName = "wsb-client";
// Reads of one event; others get their turn after that.
constexpr int kReadRounds = 4;
constexpr int kReadRoundsAtEnd = 1024;

int client_callback(lws* wsi, lws_callback_reasons reason, void*, void*, std::size_t) {
  return RawStream::on_event(wsi, reason);
}

}  // namespace

const lws_protocols* RawStream::protocols() {
  static const lws_protocols kProtocols[] = {
      {kProtocolName, client_callback, 0, 0, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  };
  return kProtocols;
}

RawStream::RawStream(const Shared& shared, const ConnectConfig& config)
    : shared_(shared),
      url_(config.url),
      source_address_(config.source_address),
      tcp_nodelay_(config.tcp_nodelay) {}

RawStream::~RawStream() { abort(); }

// ---- the way up

void RawStream::start(StreamEvents& events) {
  events_ = &events;
  timer_ = shared_.loop.schedule(shared_.loop.now(), [this] { resolve(); });
}

void RawStream::resolve() {
  timer_ = {};
  if (!url_.unix_path.empty()) {
    const Result<SocketAddress> address = SocketAddress::unix_socket(url_.unix_path);
    if (!address) return end(Phase::resolve, address.error());
    return resolved(std::vector<SocketAddress>{*address});
  }
  const Result<SocketAddress> address = SocketAddress::numeric(url_.host, url_.port);
  if (address) return resolved(std::vector<SocketAddress>{*address});
  lookup_ = shared_.resolver.resolve(url_.host, url_.port,
                                     [this](const auto& result) { resolved(result); });
}

void RawStream::resolved(const Result<std::vector<SocketAddress>>& addresses) {
  lookup_ = {};
  if (!addresses) return end(Phase::resolve, addresses.error());
  Dialer::Config config;
  config.addresses = tried_ = *addresses;
  config.tcp_nodelay = tcp_nodelay_;
  if (!source_address_.empty() && url_.unix_path.empty()) {
    const Result<SocketAddress> source = SocketAddress::numeric(source_address_, 0);
    if (!source) return end(Phase::connect, source.error());
    config.source = *source;
  }
  events_->on_phase(Phase::connect);
  if (events_ == nullptr) return;
  dialer_ = std::make_unique<Dialer>(shared_.loop, std::move(config));
  dialer_->start([this](const Result<int>& fd) { dialed(fd); });
}

void RawStream::dialed(const Result<int>& fd) {
  if (!fd) return end(Phase::connect, connect_error(fd.error()));
  fd_ = *fd;
  if (!adopt()) {
    ::close(std::exchange(fd_, -1));
    return end(Phase::connect, make_error(ErrorCode::internal,
                                          "libwebsockets does not take the connection to '" +
                                              url_.text() + "'"));
  }
  tried_ = {};
  events_->on_phase(Phase::handshake);
}

bool RawStream::adopt() {
  lws_vhost* vhost = shared_.loop.client_vhost(protocols());
  if (vhost == nullptr) return false;
  lws_adopt_desc_t info{};
  info.vh = vhost;
  info.type = LWS_ADOPT_RAW_FILE_DESC;
  info.fd.filefd = fd_;
  info.vh_prot_name = kProtocolName;
  info.opaque = this;
  wsi_ = lws_adopt_descriptor_vhost_via_info(&info);
  if (wsi_ != nullptr && paused_) lws_rx_flow_control(wsi_, 0);
  return wsi_ != nullptr;
}

Error RawStream::connect_error(const Error& error) const {
  const std::string name = url_.unix_path.empty() ? url_.host_header() : url_.unix_path;
  std::string text = "cannot connect to '" + name + "'";
  if (!source_address_.empty()) text += " from '" + source_address_ + "'";
  if (tried_.size() > 1) {
    std::string list;
    for (const SocketAddress& address : tried_) list += (list.empty() ? "" : ", ") + address.text();
    text += " (tried " + list + ")";
  }
  return make_errno_error(ErrorCode::connect, text, error.sys_errno);
}

// ---- events

int RawStream::on_event(lws* wsi, int reason) {
  const bool readable = reason == LWS_CALLBACK_RAW_RX_FILE;
  const bool writable = reason == LWS_CALLBACK_RAW_WRITEABLE_FILE;
  if (!readable && !writable && reason != LWS_CALLBACK_RAW_CLOSE_FILE) return 0;
  auto* stream = static_cast<RawStream*>(lws_get_opaque_user_data(wsi));
  if (stream == nullptr) return readable || writable ? -1 : 0;  // let go of: to be closed
  if (!readable && !writable) {
    stream->lost_by_libwebsockets();
    return 0;
  }
  stream->in_callback_ = true;
  if (readable) stream->readable();
  if (writable) stream->writable();
  stream->in_callback_ = false;
  return stream->wsi_ == nullptr ? -1 : 0;
}

// libwebsockets stops watching for room after this call, even if it was asked for more inside.
void RawStream::writable() {
  if (events_ == nullptr) return;
  asked_for_room_ = false;
  events_->on_writable();
  if (!asked_for_room_ || timer_.value != 0) return;
  timer_ = shared_.loop.schedule(shared_.loop.now(), [this] {
    timer_ = {};
    lws_callback_on_writable(wsi_);
  });
}

Error RawStream::lost_error(int error_number) const {
  const std::string name = url_.unix_path.empty() ? url_.host_header() : url_.unix_path;
  return make_errno_error(ErrorCode::connection_lost, "connection to '" + name + "' lost",
                          error_number);
}

void RawStream::readable() {
  if (events_ == nullptr || paused_) return;
  if (read(kReadRounds) == Input::ended) end_open();
}

void RawStream::end_open() {
  std::optional<Error> error;
  if (end_errno_ != 0) error = lost_error(end_errno_);
  end(Phase::open, std::move(error));
}

// A read that does not fill the buffer has emptied the socket.
RawStream::Input RawStream::read(int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const ssize_t size = recv(fd_, shared_.buffer.data(), shared_.buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return Input::drained;
    if (size <= 0) {
      end_errno_ = size < 0 ? errno : 0;
      return Input::ended;
    }
    const auto bytes = static_cast<std::size_t>(size);
    events_->on_bytes(BytesView(shared_.buffer.data(), bytes));
    if (events_ == nullptr || paused_) return Input::closed_by_us;
    if (bytes < shared_.buffer.size()) return Input::drained;
  }
  return Input::drained;
}

// libuv reports an error on the socket as a bad descriptor, and libwebsockets closes: what arrived
// before the error can still be read, since the descriptor is closed only after this call.
void RawStream::lost_by_libwebsockets() {
  lws_set_opaque_user_data(wsi_, nullptr);
  wsi_ = nullptr;
  if (events_ == nullptr) return;
  end_errno_ = ECONNRESET;
  if (!paused_ && read(kReadRoundsAtEnd) == Input::drained) end_errno_ = ECONNRESET;
  if (events_ != nullptr) end_open();
}

void RawStream::end(Phase phase, std::optional<Error> error) {
  StreamEvents* events = std::exchange(events_, nullptr);
  let_go();
  events->on_end({phase, std::move(error)});
}

// ---- calls

std::size_t RawStream::write(BytesView bytes) {
  WSB_CHECK(events_ != nullptr);
  if (wsi_ == nullptr) return bytes.size();  // it is ending
  ssize_t size = 0;
  do {
    size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno != EAGAIN) {
    // What the peer said before it went may still be unread: the end comes after that.
    end_errno_ = errno;
    shared_.loop.cancel(timer_);
    timer_ = shared_.loop.schedule(shared_.loop.now(), [this] { write_failed(); });
    return bytes.size();
  }
  const std::size_t taken = size < 0 ? 0 : static_cast<std::size_t>(size);
  if (taken < bytes.size()) {
    asked_for_room_ = true;
    lws_callback_on_writable(wsi_);
  }
  return taken;
}

void RawStream::write_failed() {
  timer_ = {};
  const int write_errno = end_errno_;
  if (!paused_ && read(kReadRoundsAtEnd) == Input::drained) end_errno_ = write_errno;
  if (events_ != nullptr) end_open();
}

void RawStream::pause_reading() {
  paused_ = true;
  if (wsi_ != nullptr) lws_rx_flow_control(wsi_, 0);
}

void RawStream::resume_reading() {
  paused_ = false;
  if (wsi_ != nullptr) lws_rx_flow_control(wsi_, 1);
}

void RawStream::close() {
  if (events_ == nullptr) return;
  events_ = nullptr;
  let_go();
}

void RawStream::abort() { close(); }

// Gives everything up, whatever stage it has reached. The socket is shut down at once; the
// descriptor is closed by libwebsockets once its uv handle is.
void RawStream::let_go() {
  shared_.loop.cancel(std::exchange(timer_, {}));
  shared_.resolver.forget(std::exchange(lookup_, {}));
  if (dialer_) dialer_->cancel();
  const int fd = std::exchange(fd_, -1);
  if (wsi_ == nullptr) return;
  lws* wsi = std::exchange(wsi_, nullptr);
  lws_set_opaque_user_data(wsi, nullptr);
  shutdown(fd, SHUT_RDWR);
  if (!in_callback_) lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

void RawStream::describe(ConnectionInfo& info) const {
  if (fd_ < 0) return;
  info.remote = SocketAddress::remote_of(fd_).text();
  info.local = SocketAddress::local_of(fd_).text();
}

}  // namespace wsb::net

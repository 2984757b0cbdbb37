#include "core/net/lws/socket_stream.h"

#include <fcntl.h>
#include <libwebsockets.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base/check.h"
#include "core/net/lws/socket_address.h"
#include "core/net/trusted_proxies.h"

namespace wsb::net {
namespace {

constexpr const char* kProtocolName = "wsb";
// Reads of one event; others get their turn after that.
constexpr int kReadRounds = 4;
constexpr int kReadRoundsAtEnd = 1024;

int socket_callback(lws* wsi, lws_callback_reasons reason, void*, void*, std::size_t) {
  return SocketStream::on_event(wsi, reason);
}

}  // namespace

const lws_protocols* SocketStream::protocols() {
  static const lws_protocols kProtocols[] = {
      {kProtocolName, socket_callback, 0, 0, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  };
  return kProtocols;
}

SocketStream::SocketStream(LwsLoop& loop) : loop_(&loop), accepted_(false) {}

SocketStream::SocketStream(LwsLoop& loop, int fd) : loop_(&loop), fd_(fd), accepted_(true) {}

SocketStream::~SocketStream() {
  close();
  if (wsi_ == nullptr && fd_ >= 0) ::close(fd_);
}

void SocketStream::start(StreamEvents& events) {
  set_events(events);
  if (adopt(std::exchange(fd_, -1))) return;
  end_errno_ = ENFILE;
  call_later(&SocketStream::end_open);
}

bool SocketStream::adopt(int fd) {
  lws_vhost* vhost = loop_->socket_vhost(protocols());
  lws_adopt_desc_t info{};
  info.vh = vhost;
  info.type = LWS_ADOPT_RAW_FILE_DESC;
  info.fd.filefd = fd;
  info.vh_prot_name = kProtocolName;
  info.opaque = this;
  wsi_ = vhost == nullptr ? nullptr : lws_adopt_descriptor_vhost_via_info(&info);
  if (wsi_ == nullptr) {
    ::close(fd);
    return false;
  }
  fd_ = fd;
  if (paused_) lws_rx_flow_control(wsi_, 0);
  return true;
}

void SocketStream::call_later(void (SocketStream::*action)()) {
  loop_->cancel(timer_);
  timer_ = loop_->schedule(loop_->now(), [this, action] {
    timer_ = {};
    (this->*action)();
  });
}

// ---- events

int SocketStream::on_event(lws* wsi, int reason) {
  const bool readable = reason == LWS_CALLBACK_RAW_RX_FILE;
  const bool writable = reason == LWS_CALLBACK_RAW_WRITEABLE_FILE;
  if (!readable && !writable && reason != LWS_CALLBACK_RAW_CLOSE_FILE) return 0;
  auto* stream = static_cast<SocketStream*>(lws_get_opaque_user_data(wsi));
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
void SocketStream::writable() {
  if (events_ == nullptr) return;
  asked_for_room_ = false;
  events_->on_writable();
  if (asked_for_room_ && timer_.value == 0) call_later(&SocketStream::ask_for_room);
}

void SocketStream::ask_for_room() { lws_callback_on_writable(wsi_); }

std::string SocketStream::peer_name() const { return SocketAddress::remote_of(fd_).text(); }

Error SocketStream::lost_error(int error_number) const {
  return make_errno_error(ErrorCode::connection_lost, "connection to '" + peer_name() + "' lost",
                          error_number);
}

void SocketStream::readable() {
  if (events_ == nullptr || paused_) return;
  if (read(kReadRounds) == Input::ended) end_open();
}

void SocketStream::end_open() {
  std::optional<Error> error;
  if (end_errno_ != 0) error = lost_error(end_errno_);
  end(Phase::open, std::move(error));
}

// A read that does not fill the buffer has emptied the socket.
SocketStream::Input SocketStream::read(int rounds) {
  LwsLoop::ReadBuffer& buffer = loop_->read_buffer();
  for (int i = 0; i < rounds; ++i) {
    const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) return Input::drained;
    if (size <= 0) {
      end_errno_ = size < 0 ? errno : 0;
      return Input::ended;
    }
    const auto bytes = static_cast<std::size_t>(size);
    events_->on_bytes(BytesView(buffer.data(), bytes));
    if (events_ == nullptr || paused_) return Input::closed_by_us;
    if (bytes < buffer.size()) return Input::drained;
  }
  return Input::drained;
}

// libuv reports an error on the socket as a bad descriptor, and libwebsockets closes: what arrived
// before the error can still be read, since the descriptor is closed only after this call.
void SocketStream::lost_by_libwebsockets() {
  lws_set_opaque_user_data(wsi_, nullptr);
  wsi_ = nullptr;
  if (events_ != nullptr) {
    end_errno_ = ECONNRESET;
    if (!paused_ && read(kReadRoundsAtEnd) == Input::drained) end_errno_ = ECONNRESET;
    if (events_ != nullptr) end_open();
  }
  fd_ = -1;
}

void SocketStream::end(Phase phase, std::optional<Error> error) {
  StreamEvents* events = std::exchange(events_, nullptr);
  let_go();
  events->on_end({phase, std::move(error)});
}

// ---- calls

std::size_t SocketStream::write(BytesView bytes) {
  WSB_CHECK(events_ != nullptr);
  if (wsi_ == nullptr) return bytes.size();  // it is ending
  ssize_t size = 0;
  do {
    size = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno != EAGAIN) {
    // What the peer said before it went may still be unread: the end comes after that.
    end_errno_ = errno;
    call_later(&SocketStream::write_failed);
    return bytes.size();
  }
  const std::size_t taken = size < 0 ? 0 : static_cast<std::size_t>(size);
  if (taken < bytes.size()) {
    asked_for_room_ = true;
    lws_callback_on_writable(wsi_);
  }
  return taken;
}

void SocketStream::write_failed() {
  const int write_errno = end_errno_;
  if (!paused_ && wsi_ != nullptr && read(kReadRoundsAtEnd) == Input::drained) {
    end_errno_ = write_errno;
  }
  if (events_ != nullptr) end_open();
}

void SocketStream::pause_reading() {
  paused_ = true;
  if (wsi_ != nullptr) lws_rx_flow_control(wsi_, 0);
}

void SocketStream::resume_reading() {
  paused_ = false;
  if (wsi_ != nullptr) lws_rx_flow_control(wsi_, 1);
}

void SocketStream::end_writing() {
  if (wsi_ != nullptr) shutdown(fd_, SHUT_WR);
}

void SocketStream::close() {
  if (events_ == nullptr) return;
  events_ = nullptr;
  let_go();
}

void SocketStream::abort() { close(); }

// Gives everything up, whatever stage it has reached. The socket is shut down at once; the
// descriptor is closed by libwebsockets once its uv handle is.
void SocketStream::let_go() {
  loop_->cancel(std::exchange(timer_, {}));
  give_up();
  if (wsi_ == nullptr) return;
  const int fd = std::exchange(fd_, -1);
  lws* wsi = std::exchange(wsi_, nullptr);
  lws_set_opaque_user_data(wsi, nullptr);
  shutdown(fd, SHUT_RDWR);
  if (!in_callback_) lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

// libwebsockets closes what it has watched: it keeps the descriptor, and we go on with a copy.
bool SocketStream::leave() {
  WSB_CHECK(!in_callback_ && paused_);
  const bool ending = timer_.value != 0 && !asked_for_room_;
  if (events_ == nullptr || wsi_ == nullptr || ending) return false;
  const int copy = fcntl(fd_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return false;
  events_ = nullptr;
  loop_->cancel(std::exchange(timer_, {}));
  lws* wsi = std::exchange(wsi_, nullptr);
  lws_set_opaque_user_data(wsi, nullptr);
  lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
  fd_ = copy;
  loop_ = nullptr;
  return true;
}

void SocketStream::settle(Loop& loop, StreamEvents& events) {
  loop_ = &static_cast<LwsLoop&>(loop);
  start(events);
  if (asked_for_room_ && wsi_ != nullptr) ask_for_room();
}

void SocketStream::describe(ConnectionInfo& info) const {
  if (fd_ < 0) return;
  const SocketAddress remote = SocketAddress::remote_of(fd_);
  // Who connects may bind its own end to a name that reads like an address.
  const bool stranger = accepted_ && remote.family() == AF_UNIX;
  info.remote = stranger ? std::string(kUnixRemote) : remote.text();
  info.local = SocketAddress::local_of(fd_).text();
}

}  // namespace wsb::net

#include "core/net/proxy_stream.h"

#include <utility>

namespace wsb::net {

namespace {

std::string text_of(const SocketAddress& address) {
  const std::string host = address.address.text();
  return (address.address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(address.port);
}

}  // namespace

void ProxyStream::start(StreamEvents& events) {
  events_ = &events;
  below_->start(*this);
}

void ProxyStream::close() {
  events_ = nullptr;
  below_->close();
}

void ProxyStream::abort() {
  events_ = nullptr;
  below_->abort();
}

bool ProxyStream::leave() {
  if (events_ == nullptr || !below_->leave()) return false;
  events_ = nullptr;
  return true;
}

void ProxyStream::settle(Loop& loop, StreamEvents& events) {
  events_ = &events;
  below_->settle(loop, *this);
}

void ProxyStream::on_phase(Phase phase) {
  if (events_ != nullptr) events_->on_phase(phase);
}

void ProxyStream::on_bytes(BytesView bytes) {
  if (events_ == nullptr) return;
  if (!reader_.complete()) {
    const Result<std::size_t> taken = reader_.feed(bytes);
    if (!taken) {
      StreamEvents* events = std::exchange(events_, nullptr);
      below_->abort();
      return events->on_end({Phase::open, taken.error()});
    }
    bytes.remove_prefix(*taken);
    if (bytes.empty()) return;
  }
  events_->on_bytes(bytes);
}

void ProxyStream::on_writable() {
  if (events_ != nullptr) events_->on_writable();
}

void ProxyStream::on_end(const StreamEnd& end) {
  if (events_ != nullptr) std::exchange(events_, nullptr)->on_end(end);
}

void ProxyStream::describe(ConnectionInfo& info) const {
  below_->describe(info);
  if (!reader_.complete()) return;
  const proxy::ProxyHeader& header = reader_.header();
  if (header.source) info.remote = text_of(*header.source);
  if (header.destination) info.local = text_of(*header.destination);
}

}  // namespace wsb::net

#include "core/net/server_peer.h"

#include <utility>

#include "core/net/server_pool.h"

namespace wsb::net {
namespace {

// How long and how much is read after our last word, for the peer to read it; longer while the
// stream still holds some of it.
constexpr Duration kLinger = std::chrono::seconds(2);
constexpr Duration kLingerUnsent = std::chrono::seconds(30);
constexpr std::size_t kDiscardBytes = std::size_t{16} << 20U;

}  // namespace

ServerPeer::ServerPeer(ServerPool& pool, std::unique_ptr<ByteStream> stream)
    : pool_(pool), stream_(std::move(stream)), http_(std::make_unique<HttpPeer>(*this)) {}

ServerPeer::~ServerPeer() = default;

void ServerPeer::start() {
  pool_.watch(*this);
  stream_->start(*this);
}

void ServerPeer::settle(const http::RequestHead& head, BytesView behind) {
  pool_.watch(*this);
  stream_->settle(pool_.loop(), *this);
  stream_->resume_reading();
  http_->settle(head, behind);
  if (stage_ == Stage::connection) http_.reset();
}

// Not at once: what brought the request is on the stack still.
void ServerPeer::move_away(http::RequestHead head, std::function<void(MovedPeer)> take) {
  departure_ = std::make_unique<Departure>(Departure{std::move(head), std::move(take)});
  stream_->pause_reading();
  pool_.move_away(*this);
}

void ServerPeer::go_away() {
  const std::unique_ptr<Departure> departure = std::move(departure_);
  if (!stream_->leave()) {
    stream_->resume_reading();
    return http_->cannot_leave();
  }
  ++pool_.counters().moved_away;
  stage_ = Stage::over;
  MovedPeer moved{std::move(stream_), std::move(departure->head), http_->take_held()};
  retire();
  departure->take(std::move(moved));
}

void ServerPeer::upgrade(ServerConnection::Agreed agreed, Bytes answer, BytesView rest) {
  stage_ = Stage::connection;
  connection_ = std::make_unique<ServerConnection>(*this, std::move(agreed));
  connection_->open(std::move(answer), rest);
}

void ServerPeer::stream_events(EventConnection::Agreed agreed, Bytes head) {
  stage_ = Stage::events;
  events_ = std::make_unique<EventConnection>(*this, std::move(agreed));
  events_->open(std::move(head));
}

void ServerPeer::on_bytes(BytesView bytes) {
  switch (stage_) {
    case Stage::http:
      http_->receive(bytes);
      if (stage_ == Stage::connection || stage_ == Stage::events) http_.reset();
      return;
    case Stage::connection:
      http_.reset();
      return connection_->receive(bytes);
    case Stage::events:
    case Stage::lingering:
      discard(bytes.size());
      return;
    case Stage::over: return;
  }
}

// Who listens has nothing to say.
void ServerPeer::discard(std::size_t bytes) {
  discarded_ += bytes;
  if (discarded_ <= kDiscardBytes) return;
  if (stage_ == Stage::events) {
    discarded_ = 0;
    return events_->abort();
  }
  abandon();
}

void ServerPeer::on_writable() {
  if (stage_ == Stage::http) return http_->writable();
  if (stage_ == Stage::connection) connection_->writable();
  if (stage_ == Stage::events) events_->writable();
}

void ServerPeer::on_end(const StreamEnd& end) {
  const Stage stage = std::exchange(stage_, Stage::over);
  if (stage == Stage::http) http_->ended(end);
  if (stage == Stage::connection) connection_->ended(end);
  if (stage == Stage::events) events_->ended(end);
  retire();
}

void ServerPeer::linger() {
  stage_ = Stage::lingering;
  lingers_since_ = pool_.loop().now();
  stream_->end_writing();
  stream_->resume_reading();
  pool_.watch(*this);
}

void ServerPeer::abandon() {
  if (stage_ == Stage::over) return;
  stage_ = Stage::over;
  stream_->abort();
  retire();
}

void ServerPeer::retire() { pool_.retire(*this); }

bool ServerPeer::needs_watch() const {
  switch (stage_) {
    case Stage::http:
    case Stage::events:
    case Stage::lingering: return true;
    case Stage::connection: return connection_->needs_watch();
    case Stage::over: return false;
  }
  return false;
}

void ServerPeer::check(TimePoint now) {
  switch (stage_) {
    case Stage::http: return http_->check(now);
    case Stage::connection: return connection_->check(now);
    case Stage::events:
      http_.reset();
      return events_->check(now);
    case Stage::lingering:
      if (now - lingers_since_ >= (stream_->has_unsent() ? kLingerUnsent : kLinger)) abandon();
      return;
    case Stage::over: return;
  }
}

void ServerPeer::wind_down() {
  if (stage_ == Stage::http) http_->wind_down();
}

void ServerPeer::drop() {
  if (stage_ == Stage::over) return;
  if (stage_ == Stage::connection) connection_->drop();
  if (stage_ == Stage::events) events_->drop();
  if (stage_ == Stage::http) http_->ended({});
  abandon();
}

}  // namespace wsb::net

#pragma once

// One accepted stream from its first byte to its last: HTTP requests first, perhaps a WebSocket
// connection or a stream of events then, and an orderly end: our direction is ended first and what
// the peer still sends is read for a moment, since closing with input unread would reset the
// connection and take our last words with it. Owned by a ServerPool, on its loop's thread.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "core/net/byte_stream.h"
#include "core/net/event_connection.h"
#include "core/net/http_peer.h"
#include "core/net/moved_peer.h"
#include "core/net/server_connection.h"

namespace wsb::net {

class ServerPool;

class ServerPeer final : private StreamEvents {
 public:
  ServerPeer(ServerPool& pool, std::unique_ptr<ByteStream> stream);
  ~ServerPeer() override;

  void start();
  // In place of start(): a stream that has left another loop, with the request it was moved for.
  void settle(const http::RequestHead& head, BytesView behind);
  // From the pool's clock; of a peer that needs_watch().
  void check(TimePoint now);
  [[nodiscard]] bool needs_watch() const;
  [[nodiscard]] bool over() const { return stage_ == Stage::over; }
  void wind_down();
  // Ends at once, a connection with its on_close.
  void drop();

  // For its stages.
  [[nodiscard]] ServerPool& pool() { return pool_; }
  [[nodiscard]] ByteStream& stream() { return *stream_; }
  // The request was accepted. `answer` are the bytes of the 101, `rest` came behind the request.
  void upgrade(ServerConnection::Agreed agreed, Bytes answer, BytesView rest);
  // The request belongs to another listener: `take` gets the connection at the end of the turn.
  void move_away(http::RequestHead head, std::function<void(MovedPeer)> take);
  void go_away();
  // A request asked for events. `head`: of the response.
  void stream_events(EventConnection::Agreed agreed, Bytes head);
  // No more is written.
  void linger();
  // Drops the stream.
  void abandon();

  // For the pool.
  std::size_t pool_index = 0;
  bool watched = false;

 private:
  enum class Stage : std::uint8_t { http, connection, events, lingering, over };

  void on_phase(Phase) override {}
  void on_bytes(BytesView bytes) override;
  void on_writable() override;
  void on_end(const StreamEnd& end) override;
  void retire();
  void discard(std::size_t bytes);

  ServerPool& pool_;
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<HttpPeer> http_;
  std::unique_ptr<ServerConnection> connection_;
  struct Departure {
    http::RequestHead head;
    std::function<void(MovedPeer)> take;
  };
  std::unique_ptr<Departure> departure_;
  std::unique_ptr<EventConnection> events_;
  TimePoint lingers_since_{};
  std::size_t discarded_ = 0;
  Stage stage_ = Stage::http;
};

}  // namespace wsb::net

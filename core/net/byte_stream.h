#pragma once

// A connected pair of byte streams as one of its ends sees it, and the layer that stacks: a socket
// of the real network or of the fake one at the bottom, TLS as a filter over it, a WebSocket client
// or a server's peer on top. Each layer owns the one below. One loop's thread.
//
// Events are never raised inside a call to the stream, always on their own from the loop; a layer
// may call every function of the stream below from inside its events. Nothing happens after close()
// or abort(), nor after on_end(): the stream is then only good for being destroyed, which is not
// allowed inside its own events.

#include <cstddef>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/net/connection.h"
#include "core/net/loop.h"

namespace wsb::net {

// How a stream ended when we did not end it.
struct StreamEnd {
  Phase phase = Phase::open;   // resolve, connect, tls: it never came to be; else Phase::open
  std::optional<Error> error;  // unset: the peer ended its direction in order
};

class StreamEvents {
 public:
  virtual ~StreamEvents() = default;
  // The stream has gone on to `phase`, in the order resolve, connect, tls: skipped where there is
  // nothing to do. Phase::handshake: it is connected and may be written to.
  virtual void on_phase(Phase phase) = 0;
  // `bytes` are valid during the call. Not called while reading is paused.
  virtual void on_bytes(BytesView bytes) = 0;
  // After a write() that did not take everything: there is room again.
  virtual void on_writable() = 0;
  // Once, last; all bytes that came before the end have been delivered, unless reading is paused.
  virtual void on_end(const StreamEnd& end) = 0;
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Begins to connect; one that was accepted begins to read, and raises no phase but that of TLS.
  // Once; `events` outlives the stream.
  virtual void start(StreamEvents& events) = 0;
  // Returns how many bytes were taken from the front; fewer than all: on_writable() follows. Not
  // before Phase::handshake.
  [[nodiscard]] virtual std::size_t write(BytesView bytes) = 0;
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
  // Ends our direction in order, behind what write() took; nothing is written after it. Reading
  // goes on until the peer ends its own: what it sends meanwhile would reset the connection, and
  // take with it what it has not read.
  virtual void end_writing() = 0;
  // Something that write() took, or the end of our direction, has not been handed down yet.
  [[nodiscard]] virtual bool has_unsent() const { return false; }
  // Ends both directions in order, after what write() took.
  virtual void close() = 0;
  // Drops the connection and everything unsent.
  virtual void abort() = 0;

  // Takes a stream that was accepted off its loop, with all that it holds, for another thread to
  // have: nothing happens until settle(), and nothing may be called before but the destructor.
  // While reading is paused, and not inside its own events. False: it cannot leave, since it is
  // ending or the descriptors have run out, and stays as it was.
  [[nodiscard]] virtual bool leave() = 0;
  // Puts one that has left on the calling thread's loop, which is of the same network. Reading is
  // paused still.
  virtual void settle(Loop& loop, StreamEvents& events) = 0;

  // Writes what this layer and those below know (addresses, TLS) into `info`.
  virtual void describe(ConnectionInfo& info) const = 0;
};

}  // namespace wsb::net

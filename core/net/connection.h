#pragma once

// One WebSocket connection, or stream of events, as its loop's thread sees it. Owned by the
// network that made it; valid from on_handshake or connect() until its on_close returns. Every call
// is allowed in every state: what cannot be done any more is a quiet no-op or SendStatus::closed.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/error.h"
#include "core/base/time.h"
#include "core/net/batch.h"
#include "core/net/connection_id.h"
#include "core/net/tls_config.h"
#include "core/proto/http/headers.h"
#include "core/proto/ws/opcode.h"

namespace wsb::net {

enum class SendStatus {
  sent,     // handed to the kernel or to the TLS layer, whole, or next to be
  queued,   // the peer reads slowly: waits in the outbox
  dropped,  // the outbox was full and its policy dropped it, or older messages in its favour
  closed,   // closing or closed: not sent
};

// Where a connection was when it ended.
enum class Phase { resolve, connect, tls, handshake, open };
[[nodiscard]] std::string_view to_string(Phase phase);

// The end of a connection is data: RFC 6455 §7.1.5 and §7.1.6.
struct CloseInfo {
  // Who ended it: we, by a Close frame or by abort(), the peer by a Close frame, or neither.
  enum class By { local, peer, network };
  By by = By::network;
  Phase phase = Phase::open;
  std::uint16_t code = 1006;   // as received, or as sent when we failed the connection; 1005, 1006
  std::string reason;
  bool clean = false;          // Close frames went both ways
  std::optional<Error> error;  // why, when it did not end as it should
};

// An HTTP answer other than 101 to a client's upgrade request; the body cut at a limit.
struct Refusal {
  int status = 0;
  std::string status_text;
  http::Headers headers;
  std::string body;
  bool body_truncated = false;
};

struct HandshakeTimes {  // a client's, from the start of connect(); zero: not reached
  Duration resolved{};
  Duration connected{};
  Duration tls_done{};
  Duration upgraded{};
};

// With what right a client was let in: the application's own, which derives from it.
struct Admission {
  Admission() = default;
  virtual ~Admission() = default;
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;
  // Whom that is, where it is known; else empty. Valid as long as the object.
  [[nodiscard]] virtual std::string_view user() const { return {}; }
};

struct ConnectionInfo {
  std::string remote;       // "127.0.0.1:50312", "[::1]:50312"
  std::string local;
  std::string target;       // path and query of the request, as sent
  http::Headers request_headers;
  http::Headers response_headers;   // a client's only
  std::string request_text;         // a client's only: the upgrade request, as sent
  std::string response_head;        // a client's only: status line and headers, as received
  std::string subprotocol;          // agreed, or empty
  std::string extensions;           // agreed, as in the answer's header, or empty
  bool deflate = false;             // permessage-deflate was agreed
  bool tls = false;
  bool events = false;              // a server's only: it listens to a stream of events
  TlsInfo tls_info;
  HandshakeTimes times;             // a client's only
  std::optional<Refusal> refusal;   // a client's only
  std::shared_ptr<const Admission> admission;  // a server's only: as HandshakeDecision had it
};

struct ConnectionStats {
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t payload_bytes_in = 0;
  std::uint64_t payload_bytes_out = 0;
  std::uint64_t wire_bytes_in = 0;   // frames with their headers, before TLS
  std::uint64_t wire_bytes_out = 0;
  std::uint64_t dropped_messages = 0;
  std::size_t backlog_bytes = 0;     // not yet taken by the kernel
  bool in_message = false;           // a client's only: one has begun to arrive, and is not whole
};

class Connection {
 public:
  virtual ~Connection() = default;

  [[nodiscard]] virtual ConnectionId id() const = 0;
  [[nodiscard]] virtual const ConnectionInfo& info() const = 0;
  [[nodiscard]] virtual ConnectionStats stats() const = 0;

  // Shared messages, segments [first, last) of the batch in this connection's encoding. Servers
  // only.
  virtual SendStatus send(const BatchRef& batch, std::size_t first, std::size_t last) = 0;
  // One message, text or binary, framed for this connection alone; compressed when that was agreed
  // and `compress` is true.
  virtual SendStatus send(ws::Opcode opcode, BytesView payload, bool compress = true) = 0;
  // At most 125 bytes (RFC 6455 §5.5.2).
  virtual void ping(BytesView payload) = 0;

  // Starts the closing handshake behind everything already queued; ends it after the close timeout.
  // `code` 0 sends an empty Close (the peer sees 1005). A reason is cut at 123 bytes.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  // Drops TCP at once; on_close follows with 1006.
  virtual void abort() = 0;

  // Flow control: while paused, on_message is not called and TCP pushes back on the peer.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
};

}  // namespace wsb::net

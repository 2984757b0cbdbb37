#pragma once

// HTTP/1.1 on one connection of the server (RFC 9112): reads a request with its body, hands it out,
// writes the answer, then goes on with the next, pipelined ones too, one at a time; or opens a
// WebSocket. Owned by its ServerPeer, on its loop's thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/base/time.h"
#include "core/net/access_log.h"
#include "core/net/byte_stream.h"
#include "core/net/connection_handler.h"
#include "core/net/http.h"
#include "core/net/http_text.h"
#include "core/net/request_origin.h"
#include "core/proto/http/request.h"
#include "core/proto/http/request_body.h"
#include "core/proto/ws/server_handshake.h"

namespace wsb::net {

class HttpPeer;
class ServerPeer;
class ServerPool;

// Outlives the connection for as long as the handler keeps it.
class ServerExchange final : public HttpExchange {
 public:
  ServerExchange(HttpRequest request, HttpPeer& peer)
      : request_(std::move(request)), peer_(&peer) {}
  [[nodiscard]] const HttpRequest& request() const override { return request_; }
  void respond(HttpResponse response) override;
  void when_gone(std::function<void()> gone) override { gone_ = std::move(gone); }
  void detach();

 private:
  HttpRequest request_;
  HttpPeer* peer_;  // nullptr: the client has gone, or was answered
  std::function<void()> gone_;
};

// An upgrade that is being decided. Outlives the connection for as long as whoever decides keeps
// it.
struct PendingUpgrade {
  HttpPeer* peer = nullptr;  // null: the client has gone, or was answered
  ws::UpgradeAccepted accepted;
  std::string target;
  http::Headers headers;
  std::string remote;  // the client's address, as far as the proxies before it are believed
};

class HttpPeer {
 public:
  explicit HttpPeer(ServerPeer& owner);
  ~HttpPeer();
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  // From the owner.
  void receive(BytesView bytes);
  // The first request, of a connection that was moved here.
  void settle(const http::RequestHead& head, BytesView behind);
  // The move that was asked for failed; reading goes on.
  void cannot_leave();
  [[nodiscard]] Bytes take_held() { return std::exchange(held_, {}); }
  void writable();
  void ended(const StreamEnd& end);
  void check(TimePoint now);
  void wind_down();

  // From the exchange.
  void answer(HttpResponse response);

 private:
  enum class Stage : std::uint8_t {
    head,
    body,
    handler,    // has the request
    leaving,
    answering,
    upgraded,   // to a WebSocket, or a stream of events
    over,
  };

  void process(BytesView in);
  [[nodiscard]] bool step(BytesView& in);
  void hold_back();
  void read_head(BytesView& in);
  void note(const http::RequestHead* head);
  void tell_answered();
  void take_head(const http::RequestHead& head, BytesView& in);
  void begin_request(const http::RequestHead& head, BytesView behind);
  void read_body(BytesView& in);
  void hand_out();
  void stream_events(HttpResponse response);
  void refuse(int status, std::string text, http::Headers headers = {});
  void refuse_upgrade(HttpResponse response);
  void upgrade(const http::RequestHead& head, BytesView rest);
  void wait_for_decision(PendingUpgrade upgrade, const HandshakeDecision& decision);
  void decided(HandshakeDecision decision);
  void open(PendingUpgrade upgrade, HandshakeDecision decision, BytesView rest);
  void let_go();
  [[nodiscard]] bool append_body(Bytes& chunk);
  [[nodiscard]] bool write(Bytes bytes);
  void write_on();
  void finish();
  // Unless it was, or a request was read before.
  void count_failure();
  void count_failed_tls(const Error& why);
  [[nodiscard]] RequestOrigin origin_of(const http::Headers& headers);

  ServerPeer& owner_;
  ServerPool& pool_;
  Stage stage_ = Stage::head;
  http::Persistence after_ = http::Persistence::keep;
  bool head_only_ = false;
  bool knows_chunks_ = false;
  bool processing_ = false;
  bool paused_ = false;
  bool served_ = false;  // a request was read, or the failure to do so was counted
  std::unique_ptr<http::RequestParser> parser_;
  std::optional<http::RequestBody> collector_;
  HttpRequest request_;
  std::shared_ptr<ServerExchange> exchange_;
  std::shared_ptr<PendingUpgrade> pending_;
  std::unique_ptr<AccessNote> note_;  // of the request, if it is to be told of
  HttpResponse response_;    // its body or source alone
  std::uint64_t body_sent_ = 0;
  Bytes unsent_;             // what the stream did not take
  Bytes held_;               // received behind the request that is being answered
  TimePoint deadline_;       // of the stage
  RequestOrigin peer_;  // of the connection; once it was asked for
};

}  // namespace wsb::net

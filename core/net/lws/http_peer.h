#pragma once

// Plain HTTP on one connection of the server, one request after the other: collects the request
// with its body, hands it out, writes the answer. libwebsockets 4.1 neither enforces nor says most
// of what RFC 9112 asks for here. Owned by its libwebsockets connection, on the loop's thread.

#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/time.h"
#include "core/net/http.h"
#include "core/net/lws/http_text.h"
#include "core/net/lws/wsi_peer.h"
#include "core/net/loop.h"
#include "core/proto/http/request.h"

struct lws;

namespace wsb::net {

class HttpPeer;

// Outlives the connection for as long as the handler keeps it.
class LwsExchange final : public HttpExchange {
 public:
  LwsExchange(HttpRequest request, HttpPeer* peer) : request_(std::move(request)), peer_(peer) {}
  [[nodiscard]] const HttpRequest& request() const override { return request_; }
  void respond(HttpResponse response) override;
  void detach() { peer_ = nullptr; }

 private:
  HttpRequest request_;
  HttpPeer* peer_;  // nullptr: the client has gone, or was answered
};

class HttpPeer final : public WsiPeer {
 public:
  struct Config {
    bool tls = false;
    Duration body_timeout{};
  };

  HttpPeer(lws* wsi, const Loop& loop, Config config)
      : WsiPeer{Kind::http}, wsi_(wsi), loop_(loop), config_(config) {}
  ~HttpPeer();
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  // Between two requests.
  [[nodiscard]] bool is_idle() const { return stage_ == Stage::idle; }

  // From libwebsockets; -1 ends the connection. `handler` may be nullptr: nobody serves any more.
  [[nodiscard]] int request_came(http::RequestHead head, HttpHandler* handler);
  [[nodiscard]] int body_came(BytesView bytes);
  [[nodiscard]] int body_complete(HttpHandler* handler);
  [[nodiscard]] int writable();

  void answer(HttpResponse response, AfterResponse after);
  void answer(HttpResponse response) { answer(std::move(response), after_); }

 private:
  enum class Stage { idle, body, handler, answering, discarding };

  [[nodiscard]] std::optional<HttpResponse> find_fault(const http::RequestHead& head);
  [[nodiscard]] int deliver(HttpHandler* handler);
  [[nodiscard]] bool append_body(std::uint64_t from, std::string& chunk);
  [[nodiscard]] bool write_chunk();
  [[nodiscard]] int finish();

  lws* wsi_;
  const Loop& loop_;
  Config config_;
  Stage stage_ = Stage::idle;
  AfterResponse after_ = AfterResponse::keep;
  bool head_only_ = false;
  TimePoint deadline_{};  // of the body, also of one that is thrown away
  std::uint64_t body_left_ = 0;  // announced and not received yet
  std::uint64_t discarded_ = 0;
  HttpRequest request_;
  std::shared_ptr<LwsExchange> exchange_;
  std::string head_;
  HttpResponse body_;       // its body or source alone
  std::uint64_t sent_ = 0;  // of head and body together
};

}  // namespace wsb::net

#pragma once

// Plain HTTP requests on the server's port: whatever is not an upgrade. The handler answers through
// the exchange, at once or later in the loop's life; an exchange whose client has gone ignores it.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/proto/http/headers.h"

namespace wsb::net {

struct HttpRequest {
  std::string method;        // "GET", "HEAD", "POST", …
  std::string path;          // percent-encoded as received
  std::string query;         // without '?'
  http::Headers headers;
  std::string remote;
  // At most limits::kHttpBodyBytes; more is answered 413 before the handler.
  Bytes body;
  bool tls = false;
};

// A body that is read as it is sent, since it is too large to be held.
class HttpBodySource {
 public:
  virtual ~HttpBodySource() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Appends at most `most` of the bytes from `offset` on, at least one; false: there are none any
  // more, and the connection ends in the middle of the body.
  [[nodiscard]] virtual bool read(std::uint64_t offset, std::size_t most, Bytes& out) = 0;
};

struct Admission;

struct HttpResponse {
  int status = 200;
  http::Headers headers;                  // the length, Date and Connection are added
  std::shared_ptr<const Bytes> body;      // nullptr: empty; not sent for HEAD
  std::shared_ptr<HttpBodySource> source{};  // in place of `body`; not read for HEAD
  // In place of both: the client becomes a Connection, told to the listener's ConnectionHandler
  // with `admission` in its info, and reads Server-Sent Events; but not for HEAD.
  bool is_event_stream = false;
  std::shared_ptr<const Admission> admission{};

  [[nodiscard]] std::uint64_t body_size() const {
    if (source != nullptr) return source->size();
    return body == nullptr ? 0 : body->size();
  }
};

class HttpExchange {
 public:
  virtual ~HttpExchange() = default;
  [[nodiscard]] virtual const HttpRequest& request() const = 0;
  // Once.
  virtual void respond(HttpResponse response) = 0;
  // Called once, unless an answer came before: the client has gone and gets none.
  virtual void when_gone(std::function<void()> gone) = 0;
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  // `exchange` stays valid for as long as the handler keeps it.
  virtual void on_request(std::shared_ptr<HttpExchange> exchange) = 0;
};

}  // namespace wsb::net

#pragma once

// One plain HTTP request on the fake network; see net::HttpExchange. Ignores an answer that comes
// after its client has gone.

#include <utility>

#include "core/net/http.h"
#include "tests/support/fake_server.h"

namespace wsb::net {

class FakeExchange final : public HttpExchange {
 public:
  FakeExchange(FakeServerConnection& connection, HttpRequest request)
      : connection_(&connection), request_(std::move(request)) {}

  [[nodiscard]] const HttpRequest& request() const override { return request_; }
  void respond(HttpResponse response) override {
    FakeServerConnection* connection = std::exchange(connection_, nullptr);
    if (connection != nullptr) connection->respond(response);
  }
  void detach() { connection_ = nullptr; }
  [[nodiscard]] HttpRequest& collecting() { return request_; }

 private:
  FakeServerConnection* connection_;  // null: answered, or gone
  HttpRequest request_;
};

// "HTTP/1.1 404 Not Found", headers, body, for a connection that is closed after it.
[[nodiscard]] Bytes http_answer(const HttpResponse& response, bool head_only);

}  // namespace wsb::net

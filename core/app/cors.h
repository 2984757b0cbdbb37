#pragma once

// Answers that pages of other origins may read (the CORS protocol of the Fetch standard). Whether
// they may is decided elsewhere. On the loop's thread.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/net/http.h"

namespace wsb::app {

// Adds the fields for `origin` to the answer.
class CorsExchange final : public net::HttpExchange {
 public:
  CorsExchange(std::shared_ptr<net::HttpExchange> exchange, std::string origin)
      : exchange_(std::move(exchange)), origin_(std::move(origin)) {}
  [[nodiscard]] const net::HttpRequest& request() const override { return exchange_->request(); }
  void respond(net::HttpResponse response) override;
  void when_gone(std::function<void()> gone) override { exchange_->when_gone(std::move(gone)); }

 private:
  std::shared_ptr<net::HttpExchange> exchange_;
  std::string origin_;
};

[[nodiscard]] bool is_preflight(const net::HttpRequest& request);
[[nodiscard]] net::HttpResponse preflight_answer(const net::HttpRequest& request,
                                                 std::string_view origin);

}  // namespace wsb::app

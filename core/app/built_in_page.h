#pragma once

// The built-in page as ready answers: bodies, types and validators, made once at the start. Its
// policy allows the page's own script and style and WebSockets, and nothing else. Beside it the
// Socket.IO client for whoever's page. Immutable: shared by all workers, any thread.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/app/web_assets.h"
#include "core/net/http.h"

namespace wsb::app {

// What lies in it belongs to the pages of `--public` too.
constexpr std::string_view kClientFolder = "/socket.io/";

class BuiltInPage {
 public:
  explicit BuiltInPage(WebAssets assets);

  // nullopt: no such file. 304 when `if_none_match` names what the client has.
  [[nodiscard]] std::optional<net::HttpResponse> find(
      std::string_view path, std::optional<std::string_view> if_none_match) const;

 private:
  struct File {
    std::string path;
    std::string etag;
    http::Headers headers;
    std::shared_ptr<const Bytes> body;
  };
  std::vector<File> files_;
};

// RFC 9110 §13.1.2, weak comparison.
[[nodiscard]] bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace wsb::app

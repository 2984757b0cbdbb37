#include "core/app/serve_http.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/app/public_dir.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;

namespace {

constexpr WebAsset kAssets[] = {
    {"/", "text/html; charset=utf-8", "the page"},
    {"/socket.io/socket.io.js", "text/javascript; charset=utf-8", "the client"},
};

ServeHttp with_page() {
  return ServeHttp(std::make_shared<const BuiltInPage>(WebAssets(kAssets)), nullptr);
}

ServeHttp with_folder(const PublicDir& dir) {
  return ServeHttp(std::make_shared<const BuiltInPage>(WebAssets(kAssets)),
                   PublicFolder::open(dir.path()).value());
}

net::HttpRequest get(std::string path, http::Headers headers = {}) {
  net::HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  request.headers = std::move(headers);
  return request;
}

class Exchange final : public net::HttpExchange {
 public:
  explicit Exchange(net::HttpRequest request) : request_(std::move(request)) {}
  [[nodiscard]] const net::HttpRequest& request() const override { return request_; }
  void when_gone(std::function<void()>) override {}
  void respond(net::HttpResponse response) override { responses.push_back(std::move(response)); }
  std::vector<net::HttpResponse> responses;

 private:
  const net::HttpRequest request_;
};

}  // namespace

TEST_CASE("an exchange is answered at once, once") {
  ServeHttp http = with_page();
  const auto exchange = std::make_shared<Exchange>(get("/"));
  http.on_request(exchange);
  REQUIRE(exchange->responses.size() == 1);
  CHECK(*exchange->responses[0].body == "the page");
}

TEST_CASE("health is 200 ok, and 503 once the server is going") {
  ServeHttp http = with_page();
  for (const char* path : {"/healthz", "/readyz"}) {
    CHECK(http.answer(get(path)).status == 200);
    CHECK(*http.answer(get(path)).body == "ok");
  }
  http.start_draining();
  for (const char* path : {"/healthz", "/readyz"}) {
    CHECK(http.answer(get(path)).status == 503);
    CHECK(*http.answer(get(path)).body == "shutting down");
  }
  CHECK(http.answer(get("/")).status == 200);
}

TEST_CASE("health and HEAD work with a public folder too") {
  PublicDir dir;
  dir.write("index.html", "mine");
  ServeHttp http = with_folder(dir);
  CHECK(*http.answer(get("/healthz")).body == "ok");
  net::HttpRequest head = get("/");
  head.method = "HEAD";
  CHECK(http.answer(head).status == 200);
}

TEST_CASE("the Socket.IO client is there with a public folder too, and goes before it") {
  PublicDir dir;
  dir.write("index.html", "mine");
  ServeHttp http = with_folder(dir);
  CHECK(*http.answer(get("/")).body == "mine");
  CHECK(*http.answer(get("/socket.io/socket.io.js")).body == "the client");
  CHECK(http.answer(get("/socket.io/other.js")).status == 404);
}

TEST_CASE("what is not there is 404, with a hint") {
  ServeHttp http = with_page();
  const net::HttpResponse response = http.answer(get("/nothing"));
  CHECK(response.status == 404);
  CHECK(*response.body == "not found (WebSocket clients are welcome on any path)\n");
}

TEST_CASE("methods other than GET and HEAD are 405, with what is allowed") {
  ServeHttp http = with_page();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "BREW"}) {
    CAPTURE(method);
    net::HttpRequest request = get("/");
    request.method = method;
    const net::HttpResponse response = http.answer(request);
    CHECK(response.status == 405);
    CHECK(response.headers.find("Allow") == "GET, HEAD");
    CHECK(*response.body == "only GET and HEAD are answered on this path\n");
  }
}

TEST_CASE("a handshake whose Upgrade header was lost is 426 and says why") {
  ServeHttp http = with_page();
  const net::HttpResponse response =
      http.answer(get("/", {{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}));
  CHECK(response.status == 426);
  CHECK(response.headers.find("Upgrade") == "websocket");
  CHECK(*response.body ==
        "this is a WebSocket handshake without 'Upgrade: websocket' "
        "(a proxy on the way must pass the Upgrade and Connection headers on)\n");
}

TEST_CASE("a public folder takes the place of the page") {
  PublicDir dir;
  dir.write("index.html", "mine");
  dir.write("a b.txt", "spaced");
  ServeHttp http = with_folder(dir);
  const net::HttpResponse index = http.answer(get("/"));
  CHECK(*index.body == "mine");
  CHECK(index.headers.find("Content-Type") == "text/html; charset=utf-8");
  CHECK(index.headers.find("X-Content-Type-Options") == "nosniff");
  CHECK_FALSE(index.headers.find("Content-Security-Policy").has_value());
  CHECK(*http.answer(get("/a%20b.txt")).body == "spaced");
  CHECK(http.answer(get("/app.js")).status == 404);
  CHECK(http.answer(get("/../x")).status == 404);
  CHECK(http.answer(get("/.git")).status == 404);
}

TEST_CASE("an empty public folder has no page at all") {
  PublicDir dir;
  ServeHttp http = with_folder(dir);
  CHECK(http.answer(get("/")).status == 404);
}

TEST_CASE("a public file that the client has is 304") {
  PublicDir dir;
  dir.write("a.css", "a{}");
  ServeHttp http = with_folder(dir);
  const net::HttpResponse first = http.answer(get("/a.css"));
  const std::string etag(first.headers.find("ETag").value());
  CHECK(first.headers.find("Last-Modified").has_value());
  const net::HttpResponse second = http.answer(get("/a.css", {{"If-None-Match", etag}}));
  CHECK(second.status == 304);
  CHECK(second.body == nullptr);
  CHECK(second.headers.find("ETag") == etag);
}

TEST_CASE("a folder without its slash is redirected, relative and with its query") {
  PublicDir dir;
  dir.write("docs/api/index.html", "api");
  ServeHttp http = with_folder(dir);
  net::HttpRequest request = get("/docs/api");
  request.query = "v=1";
  const net::HttpResponse response = http.answer(request);
  CHECK(response.status == 301);
  CHECK(response.headers.find("Location") == "./api/?v=1");
  CHECK(http.answer(get("/docs/api/")).status == 200);
}

TEST_CASE("a file that is too large is 500 and says so") {
  PublicDir dir;
  dir.write("huge", "");
  dir.resize("huge", std::uintmax_t{1} << 30U);
  ServeHttp http = with_folder(dir);
  const net::HttpResponse response = http.answer(get("/huge"));
  CHECK(response.status == 500);
  CHECK(*response.body == "this file is too large to be served\n");
}

TEST_CASE("where nothing is broadcast there is no stream of events, and a word why") {
  ServeHttp http = with_page();
  const auto exchange = std::make_shared<Exchange>(get("/events"));
  http.on_request(exchange);
  REQUIRE(exchange->responses.size() == 1);
  CHECK(exchange->responses[0].status == 404);
  CHECK(exchange->responses[0].body->find("--echo") != Bytes::npos);
}

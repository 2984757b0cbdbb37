#include "core/app/static_response.h"

#include <catch2/catch.hpp>

using namespace wsb;
using namespace wsb::app;

namespace {

constexpr http::sys_seconds kModified{std::chrono::seconds(784111777)};
constexpr http::sys_seconds kNow{std::chrono::seconds(800000000)};

class TextSource final : public net::HttpBodySource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] std::uint64_t size() const override { return text_.size(); }
  [[nodiscard]] bool read(std::uint64_t offset, std::size_t most, Bytes& out) override {
    out += text_.substr(static_cast<std::size_t>(offset), most);
    return true;
  }

 private:
  std::string text_;
};

StaticFile file_of(std::string text, bool large = false) {
  StaticFile file;
  file.kind = StaticFile::Kind::file;
  file.content_type = "text/plain; charset=utf-8";
  file.etag = "\"v1\"";
  file.last_modified = kModified;
  if (large) {
    file.source = std::make_shared<TextSource>(std::move(text));
  } else {
    file.body = std::make_shared<const Bytes>(std::move(text));
  }
  return file;
}

net::HttpResponse ask(http::Headers headers, StaticFile file, std::string method = "GET") {
  net::HttpRequest request;
  request.method = std::move(method);
  request.headers = std::move(headers);
  return static_response(request, std::move(file), kNow);
}

std::string body_of(const net::HttpResponse& response) {
  if (response.source == nullptr) return response.body == nullptr ? "" : *response.body;
  Bytes all;
  while (all.size() < response.source->size()) {
    REQUIRE(response.source->read(all.size(), 3, all));
  }
  return all;
}

}  // namespace

TEST_CASE("the whole file comes with its validators and says that ranges are possible") {
  const net::HttpResponse response = ask({}, file_of("0123456789"));
  CHECK(response.status == 200);
  CHECK(body_of(response) == "0123456789");
  CHECK(response.headers.find("ETag") == "\"v1\"");
  CHECK(response.headers.find("Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(response.headers.find("Accept-Ranges") == "bytes");
  CHECK_FALSE(response.headers.find("Vary").has_value());
}

TEST_CASE("a part of a small file and of a large one is 206 with its place") {
  for (const bool large : {false, true}) {
    const net::HttpResponse middle = ask({{"Range", "bytes=2-5"}}, file_of("0123456789", large));
    CHECK(middle.status == 206);
    CHECK(middle.headers.find("Content-Range") == "bytes 2-5/10");
    CHECK(middle.body_size() == 4);
    CHECK(body_of(middle) == "2345");
    const net::HttpResponse end = ask({{"Range", "bytes=-3"}}, file_of("0123456789", large));
    CHECK(body_of(end) == "789");
    CHECK(end.headers.find("Content-Range") == "bytes 7-9/10");
  }
}

TEST_CASE("a range that the file does not have is 416 with its size") {
  const net::HttpResponse response = ask({{"Range", "bytes=10-"}}, file_of("0123456789"));
  CHECK(response.status == 416);
  CHECK(response.headers.find("Content-Range") == "bytes */10");
}

TEST_CASE("If-Range holds for the same tag only, and HEAD has no ranges") {
  const http::Headers same{{"Range", "bytes=0-0"}, {"If-Range", "\"v1\""}};
  const http::Headers other{{"Range", "bytes=0-0"}, {"If-Range", "\"v0\""}};
  CHECK(ask(same, file_of("abc")).status == 206);
  CHECK(body_of(ask(other, file_of("abc"))) == "abc");
  CHECK(ask(same, file_of("abc"), "HEAD").status == 200);
}

TEST_CASE("conditions by tag and by date are 304 or 412") {
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  CHECK(ask({{"If-None-Match", "W/\"v1\""}}, file_of("abc")).status == 304);
  CHECK(ask({{"If-Modified-Since", date}}, file_of("abc")).status == 304);
  CHECK(ask({{"If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT"}}, file_of("abc")).status ==
        200);
  CHECK(ask({{"If-Match", "\"v0\""}}, file_of("abc")).status == 412);
  const net::HttpResponse known = ask({{"If-None-Match", "\"v1\""}}, file_of("abc"));
  CHECK(known.headers.find("ETag") == "\"v1\"");
  CHECK(known.body_size() == 0);
}

TEST_CASE("a coded file says so, and that the answer depends on the request") {
  StaticFile file = file_of("coded");
  file.varies = file.gzipped = true;
  const net::HttpResponse response = ask({}, std::move(file));
  CHECK(response.headers.find("Content-Encoding") == "gzip");
  CHECK(response.headers.find("Vary") == "Accept-Encoding");
}

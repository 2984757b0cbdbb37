#include "core/proto/http/media_type.h"

#include <catch2/catch.hpp>

using namespace wsb::http;

TEST_CASE("a file has the media type of its ending") {
  struct Row {
    const char* name;
    const char* type;
    bool compressible;
  };
  const Row row = GENERATE(values<Row>({
      {"index.html", "text/html; charset=utf-8", true},
      {"index.htm", "text/html; charset=utf-8", true},
      {"style.css", "text/css; charset=utf-8", true},
      {"app.js", "text/javascript; charset=utf-8", true},
      {"app.mjs", "text/javascript; charset=utf-8", true},
      {"data.json", "application/json", true},
      {"app.js.map", "application/json", true},
      {"app.webmanifest", "application/manifest+json", true},
      {"notes.txt", "text/plain; charset=utf-8", true},
      {"feed.xml", "application/xml", true},
      {"feed.atom", "application/atom+xml", true},
      {"logo.svg", "image/svg+xml", true},
      {"logo.png", "image/png", false},
      {"photo.JPG", "image/jpeg", false},
      {"photo.jpeg", "image/jpeg", false},
      {"dance.gif", "image/gif", false},
      {"photo.webp", "image/webp", false},
      {"favicon.ico", "image/x-icon", false},
      {"font.woff2", "font/woff2", false},
      {"font.ttf", "font/ttf", true},
      {"module.wasm", "application/wasm", true},
      {"paper.pdf", "application/pdf", false},
      {"film.mp4", "video/mp4", false},
      {"film.webm", "video/webm", false},
      {"song.mp3", "audio/mpeg", false},
      {"dump.tar.gz", "application/gzip", false},
      {"a.b/README", "application/octet-stream", false},
      {"README", "application/octet-stream", false},
      {"file.unknown", "application/octet-stream", false},
      {"file.", "application/octet-stream", false},
      {"html", "application/octet-stream", false},
      {"", "application/octet-stream", false},
      {"folder.html/picture.png", "image/png", false},
  }));
  INFO(row.name);
  CHECK(media_type_of(row.name) == row.type);
  CHECK(is_compressible(row.type) == row.compressible);
}

TEST_CASE("parameters and the case of letters do not decide about compression") {
  CHECK(is_compressible("Application/JSON ; charset=utf-8"));
  CHECK(is_compressible("application/ld+json"));
  CHECK_FALSE(is_compressible("image/png; name=text/plain"));
  CHECK_FALSE(is_compressible(""));
  CHECK_FALSE(is_compressible("texture/x"));
}

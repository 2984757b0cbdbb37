#include "core/app/static_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/limits.h"
#include "tests/unit/app/public_dir.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Kind = StaticFile::Kind;

namespace {

StaticFiles files_of(const PublicDir& dir) {
  return StaticFiles(PublicFolder::open(dir.path()).value());
}

StaticFile find(StaticFiles& files, std::string_view path) {
  return files.find(parse_static_path(path).value());
}

}  // namespace

TEST_CASE("a file is found with its bytes, type and validators") {
  PublicDir dir;
  dir.write("a/app.js", "let x = 1;\n");
  StaticFiles files = files_of(dir);
  const StaticFile file = find(files, "/a/app.js");
  REQUIRE(file.kind == Kind::file);
  CHECK(*file.body == "let x = 1;\n");
  CHECK(file.content_type == "text/javascript; charset=utf-8");
  CHECK(file.etag.size() > 4);
  CHECK(file.etag.front() == '"');
  CHECK(file.etag.back() == '"');
  CHECK(file.last_modified > http::sys_seconds(std::chrono::hours(24 * 365 * 40)));
  CHECK(file.varies);
  CHECK_FALSE(file.gzipped);
}

TEST_CASE("a folder is answered by its index.html, and must be named with a slash") {
  PublicDir dir;
  dir.write("index.html", "root");
  dir.write("docs/index.html", "docs");
  dir.write("empty/x.txt", "x");
  StaticFiles files = files_of(dir);
  CHECK(*find(files, "/").body == "root");
  CHECK(*find(files, "/docs/").body == "docs");
  CHECK(find(files, "/docs/").content_type == "text/html; charset=utf-8");
  CHECK(find(files, "/docs").kind == Kind::folder);
  CHECK(find(files, "/empty/").kind == Kind::missing);
  CHECK(find(files, "/index.html/").kind == Kind::missing);
}

TEST_CASE("what is not a plain file below the folder is missing") {
  PublicDir outside;
  outside.write("secret.txt", "secret");
  PublicDir dir;
  dir.write("real.txt", "real");
  dir.link("link.txt", "real.txt");
  dir.link("out", outside.path());
  REQUIRE(mkfifo((dir.path() + "/pipe").c_str(), 0600) == 0);
  StaticFiles files = files_of(dir);
  for (const char* path : {"/nothing", "/link.txt", "/out/secret.txt", "/out", "/pipe",
                           "/real.txt/x"}) {
    CAPTURE(path);
    CHECK(find(files, path).kind == Kind::missing);
  }
}

TEST_CASE("a small file is read once and kept until it changes") {
  PublicDir dir;
  dir.write("a.txt", "one");
  StaticFiles files = files_of(dir);
  const StaticFile first = find(files, "/a.txt");
  CHECK(find(files, "/a.txt").body == first.body);
  dir.write("a.txt", "three");
  const StaticFile changed = find(files, "/a.txt");
  CHECK(*changed.body == "three");
  CHECK(changed.etag != first.etag);
  CHECK(*first.body == "one");
}

TEST_CASE("a large file is read in parts, when it is sent, and is never held") {
  PublicDir dir;
  const std::size_t size = limits::kStaticCachedFileBytes + 100;
  dir.write("big.bin", std::string(size - 3, 'x') + "end");
  StaticFiles files = files_of(dir);
  const StaticFile file = find(files, "/big.bin");
  REQUIRE(file.kind == Kind::file);
  CHECK(file.body == nullptr);
  REQUIRE(file.source != nullptr);
  CHECK(file.source->size() == size);
  Bytes part = "before ";
  CHECK(file.source->read(size - 5, 4, part));
  CHECK(part == "before xxen");
  part.clear();
  CHECK(file.source->read(size - 2, 1000, part));
  CHECK(part == "nd");
  CHECK(find(files, "/big.bin").source != file.source);
}

TEST_CASE("a large file that shrinks while it is sent cannot be read on") {
  PublicDir dir;
  const std::size_t size = limits::kStaticCachedFileBytes + 100;
  dir.write("big.bin", std::string(size, 'x'));
  StaticFiles files = files_of(dir);
  const StaticFile file = find(files, "/big.bin");
  dir.resize("big.bin", 10);
  Bytes part;
  CHECK(file.source->read(0, 1000, part));
  CHECK(part == "xxxxxxxxxx");
  CHECK_FALSE(file.source->read(10, 1000, part));
}

TEST_CASE("the memory for small files is bounded") {
  PublicDir dir;
  const std::size_t count = limits::kStaticCacheBytes / limits::kStaticCachedFileBytes + 1;
  const std::string content(limits::kStaticCachedFileBytes, 'x');
  for (std::size_t i = 0; i < count; ++i) dir.write(std::to_string(i), content);
  StaticFiles files = files_of(dir);
  std::vector<std::weak_ptr<const Bytes>> read;
  for (std::size_t i = 0; i < count; ++i) {
    read.push_back(find(files, '/' + std::to_string(i)).body);
  }
  // One had to go for the last, and no more than one.
  CHECK(std::count_if(read.begin(), read.end(), [](auto& body) { return body.expired(); }) == 1);
  CHECK(*find(files, "/0").body == content);
}

TEST_CASE("a file above the limit is refused, one at the limit is not") {
  PublicDir dir;
  dir.write("limit", "");
  dir.resize("limit", limits::kStaticFileBytes);
  dir.write("above", "");
  dir.resize("above", limits::kStaticFileBytes + 1);
  StaticFiles files = files_of(dir);
  CHECK(find(files, "/limit").source->size() == limits::kStaticFileBytes);
  CHECK(find(files, "/above").kind == Kind::too_large);
}

TEST_CASE("a public folder that cannot be opened is an error that names it") {
  PublicDir dir;
  dir.write("file", "x");
  const auto missing = PublicFolder::open(dir.path() + "/missing");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == ErrorCode::cannot_read);
  CHECK(missing.error().text() == "cannot open the public folder '" + dir.path() +
                                      "/missing': No such file or directory");
  CHECK_FALSE(PublicFolder::open(dir.path() + "/file").has_value());
}

TEST_CASE("a small text comes as gzip when that is wanted, compressed once for each version") {
  PublicDir dir;
  dir.write("a.txt", std::string(5000, 'a'));
  StaticFiles files = files_of(dir);
  const StaticPath path = parse_static_path("/a.txt").value();
  const StaticFile plain = files.find(path);
  const StaticFile coded = files.find(path, Coding::gzip);
  CHECK(coded.gzipped);
  CHECK(coded.body->substr(0, 2) == "\x1f\x8b");
  CHECK(coded.body->size() < 200);
  CHECK(coded.etag == plain.etag.substr(0, plain.etag.size() - 1) + "-gzip\"");
  CHECK(files.find(path, Coding::gzip).body == coded.body);
  CHECK(*files.find(path).body == std::string(5000, 'a'));
  dir.write("a.txt", std::string(6000, 'b'));
  CHECK(files.find(path, Coding::gzip).body != coded.body);
}

TEST_CASE("pictures and what does not become smaller stay as they are") {
  PublicDir dir;
  dir.write("a.png", std::string(5000, 'a'));
  dir.write("short.txt", "ab");
  StaticFiles files = files_of(dir);
  const StaticFile picture = files.find(parse_static_path("/a.png").value(), Coding::gzip);
  CHECK_FALSE(picture.gzipped);
  CHECK_FALSE(picture.varies);
  for (int i = 0; i < 2; ++i) {
    const StaticFile small = files.find(parse_static_path("/short.txt").value(), Coding::gzip);
    CHECK_FALSE(small.gzipped);
    CHECK(small.varies);
    CHECK(*small.body == "ab");
  }
}

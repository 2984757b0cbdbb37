#include "cli/access_log_file.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/unit/cli/streams.h"

namespace wsb::cli {
namespace {

class Lines final : public Log {
 public:
  void write(LogLevel, std::string_view line) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(line);
  }
  [[nodiscard]] bool enabled(LogLevel) const override { return true; }
  [[nodiscard]] std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class Folder {
 public:
  Folder() {
    std::string name = "/tmp/wsb-test-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    name_ = name;
  }
  ~Folder() { std::filesystem::remove_all(name_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string path(const std::string& file) const { return name_ + "/" + file; }

 private:
  std::string name_;
};

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void ask(net::AccessLog& log, const std::string& target) {
  const net::AccessRequest request{"127.0.0.1:1", "", "GET", target, "", "", 1};
  log.write({net::AccessEntry::Kind::request, request, 200});
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST_CASE("lines are appended to the file, which nobody else's eyes are for") {
  const Folder folder;
  const std::string path = folder.path("access.log");
  Lines log;
  for (int run = 0; run < 2; ++run) {
    const auto file = AccessLogFile::open(path, LogFormat::text, log);
    REQUIRE(file);
    for (int i = 0; i < 100; ++i) ask(**file, "/" + std::to_string(run));
  }
  CHECK(count(content_of(path), "\"GET /0 HTTP/1.1\" 200 0 \"-\" \"-\"\n") == 100);
  CHECK(count(content_of(path), "\"GET /1 HTTP/1.1\" 200 0 \"-\" \"-\"\n") == 100);
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::others_all) ==
        std::filesystem::perms::none);
  CHECK(log.lines().empty());
}

TEST_CASE("a dash is standard output") {
  Lines log;
  const Captured captured([&] {
    const auto file = AccessLogFile::open("-", LogFormat::json, log);
    ask(**file, "/a");
    (*file)->reopen();
    ask(**file, "/b");
    return 0;
  });
  CHECK(count(captured.out, "\"target\":\"/a\"") == 1);
  CHECK(count(captured.out, "\"target\":\"/b\"") == 1);
}

TEST_CASE("a file that cannot be opened is an error, also a pipe that nobody reads") {
  const Folder folder;
  Lines log;
  const auto none = AccessLogFile::open("/nonexistent/access.log", LogFormat::text, log);
  REQUIRE_FALSE(none);
  CHECK(none.error().text() ==
        "--access-log: cannot open '/nonexistent/access.log': No such file or directory");
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  const auto pipe = AccessLogFile::open(folder.path("pipe"), LogFormat::text, log);
  REQUIRE_FALSE(pipe);
  CHECK(pipe.error().text() == "--access-log: cannot open '" + folder.path("pipe") +
                                   "': nobody reads this named pipe");
}

TEST_CASE("a full disk loses lines, and says so once and how many at the end") {
  Lines log;
  {
    const auto file = AccessLogFile::open("/dev/full", LogFormat::text, log);
    REQUIRE(file);
    for (int i = 0; i < 1234; ++i) ask(**file, "/");
  }
  CHECK(log.lines() ==
        std::vector<std::string>{
            "cannot write the access log '/dev/full': No space left on device; its lines are lost "
            "until it can be written again",
            "1,234 lines of the access log were lost"});
}

TEST_CASE("a reader that does not read costs memory up to a limit, and no time") {
  const Folder folder;
  const std::string path = folder.path("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  Lines log;
  const int total = 60'000;
  {
    const auto file = AccessLogFile::open(path, LogFormat::text, log);
    REQUIRE(file);
    for (int i = 0; i < total; ++i) ask(**file, "/" + std::string(200, 'x'));
  }
  REQUIRE(log.lines().size() == 1);
  CHECK(log.lines()[0].ends_with(" lines of the access log were lost"));
  ::close(reader);
}

TEST_CASE("reopened it writes to the file that has its name now") {
  const Folder folder;
  const std::string path = folder.path("access.log");
  Lines log;
  {
    const auto file = AccessLogFile::open(path, LogFormat::text, log);
    REQUIRE(file);
    ask(**file, "/before");
    std::filesystem::rename(path, path + ".1");
    (*file)->reopen();
    while (!std::filesystem::exists(path)) std::this_thread::yield();
    ask(**file, "/after");
  }
  CHECK(count(content_of(path + ".1") + content_of(path), "/before") == 1);
  CHECK(count(content_of(path), "/after") == 1);
  CHECK(log.lines().empty());
}

TEST_CASE("a file that cannot be reopened stays") {
  const Folder folder;
  const std::string path = folder.path("sub/access.log");
  std::filesystem::create_directory(folder.path("sub"));
  Lines log;
  {
    const auto file = AccessLogFile::open(path, LogFormat::text, log);
    REQUIRE(file);
    std::filesystem::rename(folder.path("sub"), folder.path("moved"));
    (*file)->reopen();
    while (log.lines().empty()) std::this_thread::yield();
    ask(**file, "/still");
  }
  CHECK(log.lines() == std::vector<std::string>{
                           "cannot reopen the access log '" + path +
                           "', the old one stays: No such file or directory"});
  CHECK(count(content_of(folder.path("moved/access.log")), "/still") == 1);
}

}  // namespace
}  // namespace wsb::cli

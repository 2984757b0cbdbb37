#include "core/net/unix_socket_file.h"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

namespace wsb::net {
namespace {

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

bool connects(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const ListenSocket client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "", 0);
  return ::connect(client.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

std::string error_of(const std::string& path) {
  const auto opened = open_unix_listen_sockets(path, 0660, 1);
  REQUIRE_FALSE(opened);
  return opened.error().text();
}

TEST_CASE("several sockets share what comes in at one path, and the file goes with its owner") {
  const Folder folder;
  const std::string path = folder.path("s");
  {
    const auto opened = open_unix_listen_sockets(path, 0660, 3);
    REQUIRE(opened);
    REQUIRE(opened->sockets.size() == 3);
    std::set<int> fds;
    for (const ListenSocket& socket : opened->sockets) {
      fds.insert(socket.fd());
      CHECK(socket.is_unix());
      CHECK(socket.host() == path);
      CHECK(connects(path));
      const int accepted = ::accept(socket.fd(), nullptr, nullptr);
      CHECK(accepted >= 0);
      ::close(accepted);
    }
    CHECK(fds.size() == 3);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("the file has the mode that was asked for, whatever the mask of the process") {
  const Folder folder;
  const mode_t before = ::umask(0077);
  for (const mode_t mode : {mode_t{0600}, mode_t{0660}, mode_t{0666}}) {
    const auto opened = open_unix_listen_sockets(folder.path("s"), mode, 1);
    REQUIRE(opened);
    CHECK(mode_of(folder.path("s")) == mode);
  }
  ::umask(before);
}

TEST_CASE("a socket file that nobody listens on is replaced") {
  const Folder folder;
  const std::string path = folder.path("s");
  auto crashed = open_unix_listen_sockets(path, 0660, 1);
  REQUIRE(crashed);
  crashed->sockets.clear();
  CHECK(std::filesystem::exists(path));
  const auto next = open_unix_listen_sockets(path, 0660, 1);
  REQUIRE(next);
  CHECK(connects(path));
}

TEST_CASE("a file in its place that is not of it is left alone") {
  const Folder folder;
  const std::string path = folder.path("s");
  {
    auto opened = open_unix_listen_sockets(path, 0660, 1);
    REQUIRE(opened);
    std::filesystem::remove(path);
    std::ofstream(path) << "precious";
  }
  CHECK(std::filesystem::exists(path));
  CHECK(error_of(path) == "cannot listen on '" + path +
                              "': this file is not a socket (remove it, or choose another --unix)");
  CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a path that another program listens on is refused") {
  const Folder folder;
  const std::string path = folder.path("s");
  const auto first = open_unix_listen_sockets(path, 0660, 1);
  REQUIRE(first);
  CHECK(error_of(path) ==
        "cannot listen on '" + path +
            "': another program listens there (stop it, or choose another --unix)");
  CHECK(connects(path));
}

TEST_CASE("a path that cannot be is refused with why") {
  const std::string longest = "/" + std::string(106, 'x');
  CHECK(error_of(longest + "x").starts_with(
      "the path of a unix socket has 1 to 107 bytes and no '@' in front: '/xxx"));
  CHECK(error_of(longest + "x").ends_with("' (108 bytes)"));
  CHECK(error_of("@abstract").starts_with("the path of a unix socket"));
  CHECK(error_of("/nonexistent/s") == "cannot listen on '/nonexistent/s': no such folder");
}

TEST_CASE("a mode is octal digits") {
  CHECK(parse_file_mode("0660").value() == mode_t{0660});
  CHECK(parse_file_mode("600").value() == mode_t{0600});
  CHECK(parse_file_mode("0777").value() == mode_t{0777});
  for (const char* bad : {"", "0x1", "888", "1777", "-1", "rw", "660 "}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_file_mode(bad));
  }
  CHECK(parse_file_mode("8").error().text() ==
        "'8' is no mode of a file: octal digits from 0 to 0777, such as 0660");
}

}  // namespace
}  // namespace wsb::net

#pragma once

// Standard input, output and error of this process as files or pipes of the test, for as long as
// the object lives.

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

namespace wsb::cli {

// A file without a name.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& content = "") {
    std::string name = "/tmp/wsb-test-XXXXXX";
    fd_ = ::mkstemp(name.data());
    REQUIRE(fd_ >= 0);
    ::unlink(name.c_str());
    REQUIRE(::write(fd_, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
    ::lseek(fd_, 0, SEEK_SET);
  }
  ~ScratchFile() { ::close(fd_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] std::string content() const {
    std::string out;
    std::array<char, 4096> block{};
    ::lseek(fd_, 0, SEEK_SET);
    for (ssize_t got = 0; (got = ::read(fd_, block.data(), block.size())) > 0;) {
      out.append(block.data(), static_cast<std::size_t>(got));
    }
    return out;
  }

 private:
  int fd_ = -1;
};

// One of the three points elsewhere.
class Redirect {
 public:
  Redirect(int stream, int fd) : stream_(stream), saved_(::fcntl(stream, F_DUPFD_CLOEXEC, 10)) {
    REQUIRE(saved_ >= 0);
    REQUIRE(::dup2(fd, stream) == stream);
  }
  ~Redirect() {
    ::dup2(saved_, stream_);
    ::close(saved_);
  }
  Redirect(const Redirect&) = delete;
  Redirect& operator=(const Redirect&) = delete;

 private:
  int stream_;
  int saved_;
};

// What `action` writes to standard output and error.
struct Captured {
  template <class F>
  explicit Captured(F&& action) {
    const ScratchFile out_file;
    const ScratchFile err_file;
    {
      const Redirect out_redirect(STDOUT_FILENO, out_file.fd());
      const Redirect err_redirect(STDERR_FILENO, err_file.fd());
      result = action();
    }
    out = out_file.content();
    err = err_file.content();
  }
  int result = -1;
  std::string out;
  std::string err;
};

}  // namespace wsb::cli

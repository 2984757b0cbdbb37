#include "core/app/small_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>

namespace wsb::app {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20U;

}  // namespace

Result<Bytes> read_small_file(const std::string& what, const std::string& name) {
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const auto failed = [&] {
    return make_errno_error(ErrorCode::cannot_read, "cannot read the " + what + " '" + name + "'",
                            errno);
  };
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(name.c_str(), "rbe"));
  if (!file) return failed();
  Bytes bytes(kFileBytesMax + 1, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) return failed();
  if (bytes.size() > kFileBytesMax) {
    return make_error(ErrorCode::cannot_read,
                      "the " + what + " '" + name + "' is larger than 1MiB");
  }
  return bytes;
}

}  // namespace wsb::app

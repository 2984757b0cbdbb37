#include "core/app/static_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/proto/http/gzip.h"
#include "core/proto/http/media_type.h"

namespace wsb::app {

namespace {

class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(int fd) : fd_(fd) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(OpenFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Name by name, never through a symbolic link: what is below the folder stays below it. O_NONBLOCK
// keeps a FIFO from stopping the loop.
OpenFile open_below(int folder, const std::vector<std::string>& names) {
  OpenFile current;
  int at = folder;
  for (const std::string& name : names) {
    OpenFile next(openat(at, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!next.is_open()) return {};
    current = std::move(next);
    at = current.fd();
  }
  return current;
}

// A file that shrinks while it is sent ends the connection, as no length could be true.
class FileSource final : public net::HttpBodySource {
 public:
  FileSource(OpenFile file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] bool read(std::uint64_t offset, std::size_t most, Bytes& out) override {
    const std::size_t before = out.size();
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(most, size_ - offset));
    out.resize(before + wanted);
    ssize_t n = -1;
    do {
      n = pread(file_.fd(), out.data() + before, wanted, static_cast<off_t>(offset));
    } while (n < 0 && errno == EINTR);
    out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    return n > 0;
  }

 private:
  const OpenFile file_;
  const std::uint64_t size_;
};

// nullptr: a read failed. The size is the one seen before; a file that grew meanwhile is cut there.
std::shared_ptr<const Bytes> read_whole(int fd, std::size_t size) {
  auto body = std::make_shared<Bytes>(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = pread(fd, body->data() + done, size - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return nullptr;
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  body->resize(done);
  return body;
}

std::string join_names(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    joined += '/';
    joined += name;
  }
  return joined;
}

std::string etag_of(const struct stat& info) {
  return format("\"%llx-%lx-%llx\"", static_cast<unsigned long long>(info.st_mtim.tv_sec),
                static_cast<unsigned long>(info.st_mtim.tv_nsec),
                static_cast<unsigned long long>(info.st_size));
}

}  // namespace

Result<std::shared_ptr<const PublicFolder>> PublicFolder::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return make_errno_error(ErrorCode::cannot_read, "cannot open the public folder '" + path + "'",
                            errno);
  }
  return std::shared_ptr<const PublicFolder>(std::make_shared<PublicFolder>(fd));
}

PublicFolder::~PublicFolder() { close(fd_); }

StaticFile StaticFiles::find(const StaticPath& path, Coding coding) {
  std::vector<std::string> names = path.names;
  if (path.folder) names.emplace_back("index.html");

  StaticFile found;
  OpenFile file = open_below(folder_->fd(), names);
  struct stat info {};
  if (!file.is_open() || fstat(file.fd(), &info) != 0) return found;
  if (S_ISDIR(info.st_mode)) {
    if (!path.folder) found.kind = StaticFile::Kind::folder;
    return found;
  }
  if (!S_ISREG(info.st_mode)) return found;
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > limits::kStaticFileBytes) {
    found.kind = StaticFile::Kind::too_large;
    return found;
  }
  found.content_type = http::media_type_of(names.back());
  found.etag = etag_of(info);
  found.last_modified = http::sys_seconds(std::chrono::seconds(info.st_mtim.tv_sec));

  if (size > limits::kStaticCachedFileBytes) {
    found.source = std::make_shared<FileSource>(std::move(file), size);
    found.kind = StaticFile::Kind::file;
    return found;
  }
  const std::string key = join_names(names);
  found.body = recall(key, found.etag);
  if (!found.body) {
    found.body = read_whole(file.fd(), size);
    if (found.body) remember(key, found.etag, found.body);
  }
  found.kind = found.body ? StaticFile::Kind::file : StaticFile::Kind::unreadable;
  if (found.body) compress(key, found, coding);
  return found;
}

// Once for each version of a file that somebody wants compressed.
void StaticFiles::compress(const std::string& key, StaticFile& file, Coding coding) {
  if (!http::is_compressible(file.content_type)) return;
  file.varies = true;
  if (coding == Coding::identity) return;
  // No name of a file ends with a slash.
  const std::string coded_key = key + '/';
  std::shared_ptr<const Bytes> coded = recall(coded_key, file.etag);
  if (!coded) {
    std::optional<Bytes> fresh = http::gzip(*file.body);
    // What does not become smaller is remembered as such, by an empty body.
    coded = std::make_shared<const Bytes>(std::move(fresh).value_or(Bytes()));
    remember(coded_key, file.etag, coded);
  }
  if (coded->empty()) return;
  file.body = std::move(coded);
  file.etag.insert(file.etag.size() - 1, "-gzip");  // other bytes need another strong tag
  file.gzipped = true;
}

std::shared_ptr<const Bytes> StaticFiles::recall(const std::string& name,
                                                 const std::string& etag) const {
  const auto entry = cache_.find(name);
  if (entry == cache_.end() || entry->second.etag != etag) return nullptr;
  return entry->second.body;
}

// When the cache is full something leaves it, whatever it is: what is in use comes back at the cost
// of one read.
void StaticFiles::remember(const std::string& name, const std::string& etag,
                           const std::shared_ptr<const Bytes>& body) {
  if (const auto old = cache_.find(name); old != cache_.end()) {
    cached_bytes_ -= old->second.body->size();
    cache_.erase(old);
  }
  while (!cache_.empty() && (cache_.size() >= limits::kStaticCacheFiles ||
                             cached_bytes_ + body->size() > limits::kStaticCacheBytes)) {
    cached_bytes_ -= cache_.begin()->second.body->size();
    cache_.erase(cache_.begin());
  }
  cached_bytes_ += body->size();
  cache_.emplace(name, Cached{etag, body});
}

}  // namespace wsb::app

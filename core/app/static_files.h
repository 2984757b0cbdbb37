#pragma once

// The files of one folder, for HTTP. Small files stay in memory, bounded, and are looked at again
// (size and time) before each answer; large ones are read in parts as they are sent; above
// limits::kStaticFileBytes a file is refused. Symbolic links below the folder are not followed.
// Owned by a worker, on its thread; the opened folder is shared by all workers.

#include <sys/stat.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/app/static_path.h"
#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/net/http.h"
#include "core/proto/http/http_date.h"

namespace wsb::app {

// An open folder; closed with the object. Immutable, any thread.
class PublicFolder {
 public:
  // Errors: cannot_read.
  [[nodiscard]] static Result<std::shared_ptr<const PublicFolder>> open(const std::string& path);
  explicit PublicFolder(int fd) : fd_(fd) {}
  ~PublicFolder();
  PublicFolder(const PublicFolder&) = delete;
  PublicFolder& operator=(const PublicFolder&) = delete;

  [[nodiscard]] int fd() const { return fd_; }

 private:
  const int fd_;
};

struct StaticFile {
  enum class Kind { file, folder, missing, too_large, unreadable };
  Kind kind = Kind::missing;  // folder: exists, but was asked for without the '/' at the end
  std::shared_ptr<const Bytes> body;            // of a small file
  std::shared_ptr<net::HttpBodySource> source;  // of a large one, in its place
  std::string_view content_type;
  std::string etag;           // with its quotes
  http::sys_seconds last_modified{};
  bool varies = false;   // there is a coded form too
  bool gzipped = false;  // and this is it
};

enum class Coding { identity, gzip };

class StaticFiles {
 public:
  explicit StaticFiles(std::shared_ptr<const PublicFolder> folder) : folder_(std::move(folder)) {}

  // A folder, named with '/' at the end, is answered by its index.html.
  // Small files that become smaller by it come as gzip when that is wanted.
  [[nodiscard]] StaticFile find(const StaticPath& path, Coding coding = Coding::identity);

 private:
  struct Cached {
    std::string etag;
    std::shared_ptr<const Bytes> body;
  };

  void compress(const std::string& key, StaticFile& file, Coding coding);
  void remember(const std::string& name, const std::string& etag,
                const std::shared_ptr<const Bytes>& body);
  [[nodiscard]] std::shared_ptr<const Bytes> recall(const std::string& name,
                                                    const std::string& etag) const;

  const std::shared_ptr<const PublicFolder> folder_;
  std::unordered_map<std::string, Cached> cache_;  // by path below the folder
  std::size_t cached_bytes_ = 0;
};

}  // namespace wsb::app

#pragma once

// A unix socket that a server listens on, with its name in the file system: made, and removed when
// it is no longer listened on. Main thread.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/net/listener.h"

namespace wsb::net {

// The name of a socket file of ours. Moves; removes the file with the object.
class UnixSocketFile {
 public:
  UnixSocketFile() = default;
  // Of the file that is there now.
  explicit UnixSocketFile(std::string path);
  ~UnixSocketFile() { remove(); }
  UnixSocketFile(UnixSocketFile&& other) noexcept;
  UnixSocketFile& operator=(UnixSocketFile&& other) noexcept;

  // Unless somebody has put another file in its place. To be called while it is still listened on,
  // since anybody may take the name from then on.
  void remove();

 private:
  std::string path_;  // empty: none
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct UnixListen {
  std::vector<ListenSocket> sockets;
  UnixSocketFile file;
};

// `count` sockets that share what comes in at `path`, which gets the permissions `mode`, never more
// in between. A socket file that nobody listens on is replaced; any other file stays.
// Errors: invalid_argument (too long a path), bind, with what to do.
[[nodiscard]] Result<UnixListen> open_unix_listen_sockets(const std::string& path, mode_t mode,
                                                          int count);

// Octal permissions, "660" or "0660". Errors: invalid_argument.
[[nodiscard]] Result<mode_t> parse_file_mode(std::string_view text);

}  // namespace wsb::net

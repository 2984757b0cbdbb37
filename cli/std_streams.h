#pragma once

// The three streams that every process is given. Their flags are never changed: they may be shared
// with the parent shell. Any thread.

#include <string_view>

namespace wsb::cli {

inline constexpr int kStdin = 0;
inline constexpr int kStdout = 1;
inline constexpr int kStderr = 2;

// Puts something into those of the three that are closed, or a socket of ours would take their
// number: input then is at its end, output fails as if it were still closed. Before anything else
// is opened.
void occupy_closed_streams();

// Writes everything, blocking; answers 0 or the errno.
[[nodiscard]] int write_all(int fd, std::string_view bytes);

}  // namespace wsb::cli

#pragma once

// The command line as a whole: finds the command, reads its options, runs it. Main thread.

namespace wsb::cli {

// The exit status of the process.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace wsb::cli

#pragma once

// The exit statuses of wsb: curl's numbers wherever curl has one, 1 and 2 as grep and test, 128+n
// for signals. Never 124 to 127 (timeout(1) and the shell) and never 255.

#include <vector>

#include "cli/command.h"

namespace wsb::cli {

enum class ExitStatus {
  done = 0,
  failed = 1,  // serve could not start; an unexpected failure inside wsb
  usage = 2,
  malformed_url = 3,
  not_in_this_build = 4,
  host_not_resolved = 6,
  connect_failed = 7,
  bad_handshake = 8,
  upgrade_refused = 22,
  cannot_write = 23,
  cannot_read = 26,
  timed_out = 28,
  tls_failed = 35,
  nothing_received = 52,
  send_failed = 55,
  connection_lost = 56,
  own_certificate = 58,
  untrusted = 60,
  message_too_large = 63,
  bad_close_code = 110,
  protocol_broken = 111,
  stopped_early = 112,
  hangup = 129,
  interrupted = 130,
  broken_pipe = 141,
  terminated = 143,
};

// `bench` reports on a measurement: two numbers mean something else there.
inline constexpr int kBenchNothingMeasured = 3;
inline constexpr int kBenchInvalid = 4;

[[nodiscard]] constexpr int to_int(ExitStatus status) { return static_cast<int>(status); }
[[nodiscard]] ExitStatus status_of_signal(int signal);

// For the help and the man pages.
[[nodiscard]] std::vector<ExitCodeText> client_exit_codes();
[[nodiscard]] std::vector<ExitCodeText> serve_exit_codes();
[[nodiscard]] std::vector<ExitCodeText> bench_exit_codes();

}  // namespace wsb::cli

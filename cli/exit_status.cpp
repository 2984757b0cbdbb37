#include "cli/exit_status.h"

#include <csignal>

namespace wsb::cli {

ExitStatus status_of_signal(int signal) {
  switch (signal) {
    case SIGHUP: return ExitStatus::hangup;
    case SIGINT: return ExitStatus::interrupted;
    case SIGPIPE: return ExitStatus::broken_pipe;
    default: return ExitStatus::terminated;
  }
}

std::vector<ExitCodeText> client_exit_codes() {
  return {
      {0,
       "what was asked for has happened, or the conversation ended with close code 1000 or 1001 "
       "or without one"},
      {1, "an unexpected failure inside wsb"},
      {2, "wrong usage"},
      {3, "malformed URL"},
      {4, "something that this build of wsb cannot do"},
      {6, "host name not resolved"},
      {7, "TCP or unix connection failed"},
      {8, "the answer to the upgrade request breaks the protocol"},
      {22, "the server refused the upgrade (its status was not 101), or a namespace of Socket.IO"},
      {23, "standard output cannot be written"},
      {26, "input cannot be read: a file is missing, or text is not UTF-8"},
      {28, "a deadline passed; the message says which"},
      {35, "the TLS handshake failed"},
      {52, "the connection was lost before any message arrived"},
      {55, "a message could not be sent"},
      {56, "the connection was lost without a Close frame after messages had arrived"},
      {58, "a file of certificates is unusable"},
      {60, "the server's certificate is not trusted, expired, or for another name"},
      {63, "a received message is larger than --max-message"},
      {110, "the peer closed with a code other than 1000 and 1001"},
      {111, "the peer broke the WebSocket protocol, or that of Socket.IO"},
      {112, "closed in order, but before the awaited replies had arrived"},
      {129, "ended by SIGHUP"},
      {130, "ended by SIGINT, such as Ctrl-C"},
      {141, "the reader of standard output has gone (SIGPIPE)"},
      {143, "ended by SIGTERM"},
  };
}

std::vector<ExitCodeText> serve_exit_codes() {
  return {
      {0, "stopped in order by SIGINT or SIGTERM, or because its terminal has gone"},
      {1, "cannot start: port taken, bad certificate, no permission"},
      {2, "wrong usage"},
      {129, "ended at once: its terminal has gone while it was stopping"},
      {130, "ended at once by a second signal: SIGINT"},
      {143, "ended at once by a second signal: SIGTERM"},
  };
}

std::vector<ExitCodeText> bench_exit_codes() {
  return {
      {0, "measured, and the result is valid"},
      {1, "the report cannot be written"},
      {2, "wrong usage, or a malformed URL"},
      {3,
       "nothing was measured, or not to the end: too few open files or ports, no connection, "
       "no deliveries, or the server ended the connections"},
      {4, "measured, but invalid: the load generator was the bottleneck"},
      {129, "ended by SIGHUP; what was measured is printed, marked as partial"},
      {130, "ended by SIGINT; what was measured is printed, marked as partial"},
      {141, "the reader of standard output has gone (SIGPIPE)"},
      {143, "ended by SIGTERM; what was measured is printed, marked as partial"},
  };
}

}  // namespace wsb::cli

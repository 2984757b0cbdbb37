#pragma once

// From what happened to the exit status and the first line of the failure. Pure.

#include <string>

#include "cli/exit_status.h"
#include "core/app/client_front.h"

namespace wsb::cli {

struct Verdict {
  ExitStatus status = ExitStatus::done;
  std::string stage;  // "connect", "tls", "handshake", "input", …; empty when there is no failure
  std::string text;   // empty: nothing to say
  std::string body;   // what the server said besides, cut if it is long
};

// If several apply: a signal, then our input and output, then the connection, then how it closed.
[[nodiscard]] Verdict judge(const app::ClientOutcome& outcome);
// A failure before there was a connection.
[[nodiscard]] Verdict judge(const Error& error);

// "closed by peer with 1000 (normal closure) 'bye'", and so on.
[[nodiscard]] std::string describe_close(const net::CloseInfo& close);

// The same with the time the connection was open and the messages of both sides.
[[nodiscard]] std::string describe_end(const app::ClientReport& report);

// Prints "wsb: (CODE) stage: text" if there is a text, the lines of the body behind it, and answers
// the number.
int report(const Verdict& verdict);

}  // namespace wsb::cli

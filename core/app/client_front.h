#pragma once

// The main thread's side of a client: where messages come from and go to (a pipe, a terminal, a
// test). Implementations live with the command line.

#include <optional>

#include "core/app/client_link.h"
#include "core/app/client_report.h"

namespace wsb::app {

struct ClientOutcome {
  ClientReport report;
  int signal = 0;            // that ended the run; 0: none
  bool broken_pipe = false;  // the reader of our output has gone
  std::optional<Error> input_error;
  std::optional<Error> output_error;
};

class ClientFront {
 public:
  virtual ~ClientFront() = default;
  // Returns when the conversation has ended and everything received is written, or a signal ended
  // the wait for that.
  [[nodiscard]] virtual ClientOutcome talk(ClientLink& link) = 0;
};

}  // namespace wsb::app

#pragma once

// Runs `connect` or `send` once its plan is made: network, front, words, exit status. Main thread.

#include "cli/client_options.h"
#include "core/app/send.h"

namespace wsb::cli {

// What one of the two makes of its arguments.
struct ClientPlan {
  app::ClientConfig config;
  app::ClientInput input;
  bool terminal = false;      // a prompt on the terminal; `input` has no part in it
  bool watch_reader = false;  // notice at once when the reader of our output has gone
};

// The exit status of the process; does not return after a broken pipe. An error is told as
// "(CODE) stage: text", or with the command's name and status 2 for what was typed wrong.
[[nodiscard]] int run_plan(std::string_view command, const ClientArguments& arguments,
                           Result<ClientPlan> plan);

}  // namespace wsb::cli

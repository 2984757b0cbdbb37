#pragma once

// Runs a client command once its configuration is made: network, front, words, exit status.
// Main thread.

#include "cli/client_options.h"
#include "cli/signals.h"
#include "core/app/client_front.h"
#include "core/base/log.h"

namespace wsb::cli {

// Prints the error and answers its exit status: 2 with the command's name for what was typed wrong,
// "(CODE) stage: text" for the rest.
[[nodiscard]] int report_setup_error(std::string_view command, const Error& error);

// The exit status of the process; does not return after a broken pipe.
[[nodiscard]] int run_front(std::string_view command, const app::ClientConfig& config, Log& log,
                            app::ClientFront& front);

}  // namespace wsb::cli

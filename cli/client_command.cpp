#include "cli/client_command.h"

#include <csignal>
#include <cstdlib>

#include "cli/client_verdict.h"
#include "cli/log_sink.h"
#include "core/app/connect.h"
#include "core/net/lws/runtime.h"

namespace wsb::cli {

int report_setup_error(std::string_view command, const Error& error) {
  if (error.code != ErrorCode::invalid_argument) return report(judge(error));
  print_line(std::string(command) + ": " + error.text());
  return to_int(ExitStatus::usage);
}

int run_front(std::string_view command, const app::ClientConfig& config, Log& log,
              app::ClientFront& front) {
  const auto runtime = net::make_lws_runtime(log);
  const auto outcome = app::run_client(config, *runtime, front);
  if (!outcome) return report_setup_error(command, outcome.error());
  const int status = report(judge(*outcome));
  if (status == to_int(ExitStatus::broken_pipe)) die_of(SIGPIPE);
  return status;
}

}  // namespace wsb::cli

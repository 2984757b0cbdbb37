#include "cli/client_command.h"

#include <csignal>
#include <utility>

#include "cli/client_verdict.h"
#include "cli/log_sink.h"
#include "cli/pipe_front.h"
#include "cli/terminal_front.h"
#include "core/app/connect.h"
#include "core/net/lws/runtime.h"

namespace wsb::cli {
namespace {

int report_setup_error(std::string_view command, const Error& error) {
  if (error.code != ErrorCode::invalid_argument) return report(judge(error));
  print_line(std::string(command) + ": " + error.text());
  return to_int(ExitStatus::usage);
}

Result<app::ClientOutcome> talk(const ClientArguments& arguments, ClientPlan& plan) {
  Signals signals(plan.terminal);
  StderrLog log(arguments.quiet ? LogLevel::error : LogLevel::info);
  const bool verbose = arguments.verbose > 0;
  const ClientNotes notes(log, verbose);
  const auto runtime = net::make_lws_runtime(log);
  if (plan.terminal) {
    TerminalFront front({.url = plan.config.connect.url.text(),
                         .close_timeout = plan.config.connect.close_timeout,
                         .binary = arguments.binary,
                         .events = plan.config.socketio.has_value(),
                         .quiet = arguments.quiet,
                         .verbose = verbose},
                        signals);
    return app::run_client(plan.config, *runtime, front);
  }
  PipeFront front({.input = std::move(plan.input),
                   .watch_reader = plan.watch_reader,
                   .close_timeout = plan.config.connect.close_timeout},
                  signals, notes);
  return app::run_client(plan.config, *runtime, front);
}

}  // namespace

int run_plan(std::string_view command, const ClientArguments& arguments, Result<ClientPlan> plan) {
  if (!plan) return report_setup_error(command, plan.error());
  const Result<void> valid = app::validate(plan->config);
  if (!valid) return report_setup_error(command, valid.error());
  const auto outcome = talk(arguments, *plan);
  if (!outcome) return report_setup_error(command, outcome.error());
  const int status = report(judge(*outcome));
  if (status == to_int(ExitStatus::broken_pipe)) die_of(SIGPIPE);
  return status;
}

}  // namespace wsb::cli

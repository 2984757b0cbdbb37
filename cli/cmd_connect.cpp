#include <unistd.h>

#include <memory>

#include "cli/client_command.h"
#include "cli/client_options.h"
#include "cli/client_verdict.h"
#include "cli/exit_status.h"
#include "cli/log_sink.h"
#include "cli/pipe_front.h"
#include "cli/std_streams.h"
#include "cli/terminal_front.h"

namespace wsb::cli {
namespace {

struct ConnectArguments {
  ClientArguments client;
  bool echo = false;
};

constexpr std::string_view kDescription =
    "Talks to a WebSocket server until one side closes. On a terminal it has a prompt: Enter sends "
    "the line, what arrives is shown above it; Ctrl-D on an empty line closes, Ctrl-C closes and "
    "exits with 130.\n"
    "\n"
    "In a pipe each line of standard input is one text message, and each received message is "
    "printed as its payload and a newline; standard output gets nothing else. After the end of "
    "input wsb waits for the replies (see --linger) and closes. When the server closes first, wsb "
    "exits without waiting for its input.";

constexpr std::string_view kCountText =
    "Stop after N received messages, with success; further ones are not printed. The end of input "
    "then does not end the wait. 0 closes at the end of input as soon as the server has read it "
    "all.";

std::vector<Option> make_options(ConnectArguments& a) {
  std::vector<Option> options{
      {.names = "URL",
       .group = "Arguments",
       .target = &a.client.url,
       .brief = "where to connect to",
       .text = "ws://, wss://, http:// or https://, or a short form: host[:port]/path, :port/path.",
       .hint = Hint::url},
  };
  add_message_options(options, a.client);
  options.push_back({.names = "--echo",
                     .group = "Messages",
                     .target = &a.echo,
                     .brief = "send back every message, read no input",
                     .text = "Send back every message as it came (type, bytes, compression) until "
                             "the peer closes. Standard input is not read, nothing is printed: for "
                             "testing servers.",
                     .example = "wsb connect --echo ws://localhost:9001/runCase?case=1"});
  add_stop_options(options, a.client, kCountText, "no limit", "never");
  add_request_options(options, a.client);
  add_output_options(options, a.client);
  return options;
}

app::ClientInput make_input(const ConnectArguments& arguments) {
  app::ClientInput input;
  input.opcode = arguments.client.binary ? ws::Opcode::binary : ws::Opcode::text;
  if (!arguments.echo) input.stream = app::ClientInput::Stream::lines;
  return input;
}

int run(const ConnectArguments& arguments) {
  const bool terminal =
      !arguments.echo && !terminal_is_dumb() && ::isatty(kStdin) == 1 && ::isatty(kStdout) == 1;
  Signals signals(terminal);
  auto config = make_client_config(arguments.client);
  if (!config) return report_setup_error("connect", config.error());
  config->echo = arguments.echo;
  auto valid = app::validate(*config);
  if (!valid) return report_setup_error("connect", valid.error());

  StderrLog log(arguments.client.quiet ? LogLevel::error : LogLevel::info);
  const ClientNotes notes(log, arguments.client.verbose);
  const Duration close_timeout = config->connect.close_timeout;
  if (terminal) {
    TerminalFront front({.url = config->connect.url.text(),
                         .close_timeout = close_timeout,
                         .binary = arguments.client.binary,
                         .quiet = arguments.client.quiet,
                         .verbose = arguments.client.verbose},
                        signals);
    return run_front("connect", *config, log, front);
  }
  PipeFront front(
      {.input = make_input(arguments), .watch_reader = true, .close_timeout = close_timeout},
      signals, notes);
  return run_front("connect", *config, log, front);
}

}  // namespace

Command make_connect_command() {
  const auto arguments = std::make_shared<ConnectArguments>();
  Command command;
  command.name = "connect";
  command.summary = "talk to a WebSocket server, on a terminal or in a pipe";
  command.usage = "[options] URL";
  command.description = kDescription;
  command.options = make_options(*arguments);
  command.examples = {
      {"wsb connect ws://localhost:3000/", "Opens a prompt."},
      {"echo '{\"op\":\"ping\"}' | wsb connect ws://localhost:3000/",
       "Sends one message and prints what comes back until the server is silent."},
      {"wsb connect wss://example.com/feed | head -3",
       "Prints three messages; the server sees an orderly close."},
      {"wsb connect -n ws://localhost:3000/ < subscribe.txt > log",
       "Sends each line of the file and records until the server closes."},
  };
  command.exit_codes = client_exit_codes();
  command.run = [arguments] { return run(*arguments); };
  return command;
}

}  // namespace wsb::cli

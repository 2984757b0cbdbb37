#include <unistd.h>

#include <memory>

#include "cli/client_command.h"
#include "cli/client_options.h"
#include "cli/client_verdict.h"
#include "cli/exit_status.h"
#include "cli/log_sink.h"
#include "cli/pipe_front.h"
#include "cli/std_streams.h"

namespace wsb::cli {
namespace {

struct SendArguments {
  ClientArguments client;
  std::vector<std::string> messages;
};

constexpr std::string_view kDescription =
    "Sends messages, prints the replies, one a line, and exits: a transaction, where 'wsb connect' "
    "is a conversation. By default it waits for as many replies as it sent.\n"
    "\n"
    "Standard output gets the payloads of received messages and nothing else; everything else is "
    "on "
    "standard error. Standard input is read only if a message is '-' or '@-', or if there is no "
    "message and standard input is not a terminal.";

constexpr std::string_view kCountText =
    "Stop after N received messages, with success. 0 waits for no reply: when wsb exits with 0, "
    "the "
    "server has read everything that was sent and closed in order.";

std::vector<Option> make_options(SendArguments& a) {
  std::vector<Option> options{
      {.names = "URL",
       .group = "Arguments",
       .target = &a.client.url,
       .brief = "where to connect to",
       .text = "ws://, wss://, http:// or https://, or a short form: host[:port]/path, :port/path.",
       .hint = Hint::url},
      {.names = "MSG",
       .group = "Arguments",
       .target = &a.messages,
       .brief = "text, @file, - (lines of stdin) or @- (all of it)",
       .text = "A message: its text; '@file' for the whole content of a file; '-' for each line of "
               "standard input; '@-' for all of it as one message; '@@text' for a text that begins "
               "with @. Messages are sent in their order.",
       .hint = Hint::file},
  };
  add_message_options(options, a.client);
  add_stop_options(options, a.client, kCountText, "as many as were sent", "10s");
  add_request_options(options, a.client);
  add_output_options(options, a.client);
  return options;
}

Result<app::ClientInput> make_input(const SendArguments& arguments) {
  const auto opcode = arguments.client.binary ? ws::Opcode::binary : ws::Opcode::text;
  auto input = app::read_arguments(arguments.messages, opcode);
  if (!input || !arguments.messages.empty()) return input;
  if (::isatty(kStdin) == 1) {
    return make_error(ErrorCode::invalid_argument,
                      "no message: give one as an argument, or '-' to type lines");
  }
  input->stream = app::ClientInput::Stream::lines;
  return input;
}

int run(const SendArguments& arguments) {
  Signals signals;
  auto config = make_client_config(arguments.client);
  if (!config) return report_setup_error("send", config.error());
  config->count_as_sent = !config->count;
  auto input = make_input(arguments);
  if (!input) return report_setup_error("send", input.error());

  StderrLog log(arguments.client.quiet ? LogLevel::error : LogLevel::info);
  const ClientNotes notes(log, arguments.client.verbose);
  PipeFront front({.input = std::move(*input), .close_timeout = config->connect.close_timeout},
                  signals, notes);
  return run_front("send", *config, log, front);
}

}  // namespace

Command make_send_command() {
  const auto arguments = std::make_shared<SendArguments>();
  arguments->client.max_time = std::chrono::seconds(10);
  Command command;
  command.name = "send";
  command.summary = "send messages, print the replies, exit";
  command.usage = "[options] URL [MSG...]";
  command.description = kDescription;
  command.options = make_options(*arguments);
  command.examples = {
      {"wsb send ws://localhost:3000/ hello", "Sends one message and prints the reply."},
      {"wsb send -m 2s wss://example.com/api '{\"op\":\"ping\"}'",
       "Status 28 if there is no reply within two seconds."},
      {"wsb send -c 0 ws://localhost:3000/ < events.ndjson && echo delivered",
       "Sends each line; success means that the server has read them all."},
      {"wsb send -b -c 1 ws://localhost:3000/ @picture.png",
       "Sends a file as one binary message and waits for one reply."},
  };
  command.exit_codes = client_exit_codes();
  command.run = [arguments] { return run(*arguments); };
  return command;
}

}  // namespace wsb::cli

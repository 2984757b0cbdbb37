#include <unistd.h>

#include <memory>

#include "cli/client_command.h"
#include "cli/exit_status.h"
#include "cli/std_streams.h"

namespace wsb::cli {
namespace {

struct SendArguments {
  ClientArguments client;
  std::vector<std::string> messages;
};

constexpr std::string_view kDescription =
    "Sends messages, prints the replies, one a line, and exits: a transaction, where 'wsb connect' "
    "is a conversation. By default it waits for as many replies as it sent. Every received message "
    "counts, also one by which a server greets: --count says then what to wait for, and 0 not to "
    "wait.\n"
    "\n"
    "Standard output gets the payloads of received messages and nothing else; everything else is "
    "on standard error. Standard input is read only if a message is '-' or '@-', or if there is no "
    "message and standard input is not a terminal.\n"
    "\n"
    "With --socketio the first argument is the name of an event and the others are its arguments: "
    "each is JSON where it is JSON, else a string; '@file' is the content of a file, with --binary "
    "as an attachment. One argument alone is a whole line, 'EVENT ARGS', as standard input has "
    "them for '-' and where there is none (see wsb-connect(1)). Events that arrive are printed "
    "in the same form.";

constexpr std::string_view kCountText =
    "Stop after N received messages, with success. 0 waits for no reply: when wsb exits with 0, "
    "the server has read everything that was sent and closed in order.";

std::vector<Option> make_options(SendArguments& a) {
  std::vector<Option> options{
      url_argument(a.client),
      {.names = "MSG",
       .group = "Arguments",
       .target = &a.messages,
       .brief = "text, @file, - (lines of stdin) or @- (all of it)",
       .text = "A message: its text; '@file' for the whole content of a file; '-' for each line of "
               "standard input; '@-' for all of it as one message; '@@text' for a text that begins "
               "with @. Messages are sent in their order. With --socketio: the name of an event, "
               "and its arguments.",
       .hint = Hint::file},
  };
  add_client_options(options, a.client, {kCountText, "as many as were sent", "10s"});
  return options;
}

Result<app::ClientInput> make_input(const SendArguments& arguments) {
  const ws::Opcode opcode = message_opcode(arguments.client);
  auto input = arguments.client.socketio.on ? app::read_event_arguments(arguments.messages, opcode)
                                            : app::read_arguments(arguments.messages, opcode);
  if (!input || !arguments.messages.empty()) return input;
  if (::isatty(kStdin) == 1) {
    return make_error(ErrorCode::invalid_argument,
                      "no message: give one as an argument, or '-' to type lines");
  }
  input->stream = app::ClientInput::Stream::lines;
  return input;
}

Result<ClientPlan> make_plan(const SendArguments& arguments) {
  auto config = make_client_config(arguments.client);
  if (!config) return std::move(config).error();
  // -n and -E say otherwise when it is over.
  config->count_as_sent = !config->count && config->at_end == app::EndOfInput::drain;
  auto input = make_input(arguments);
  if (!input) return std::move(input).error();
  return ClientPlan{.config = std::move(*config), .input = std::move(*input)};
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
      {"wsb send :8080/echo hello", "Sends one message to an echo server and prints the reply."},
      {"wsb send -m 2s wss://example.com/api '{\"op\":\"ping\"}'",
       "Status 28 if there is no reply within two seconds."},
      {"wsb send -c 0 ws://localhost:3000/ hello",
       "Sends one message to 'wsb serve', which tells everybody but the sender."},
      {"wsb send -c 0 ws://localhost:3000/ < events.ndjson && echo delivered",
       "Sends each line; success means that the server has read them all."},
      {"wsb send --socketio --ack http://localhost:3000 broadcast '{\"text\":\"hi\"}'",
       "Emits an event of Socket.IO and prints what the server acknowledges it with."},
      {"wsb send -b -c 1 wss://example.com/upload @picture.png",
       "Sends a file as one binary message and waits for one reply."},
  };
  command.exit_codes = client_exit_codes();
  command.run = [arguments] {
    return run_plan("send", arguments->client, make_plan(*arguments));
  };
  return command;
}

}  // namespace wsb::cli

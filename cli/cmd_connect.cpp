#include <unistd.h>

#include <memory>

#include "cli/client_command.h"
#include "cli/exit_status.h"
#include "cli/std_streams.h"
#include "cli/term/style.h"

namespace wsb::cli {
namespace {

struct ConnectArguments {
  ClientArguments client;
  bool echo = false;
  Duration linger = std::chrono::seconds(1);
};

constexpr std::string_view kDescription =
    "Talks to a WebSocket server until one side closes. On a terminal it has a prompt: Enter sends "
    "the line, what arrives is shown above it; Ctrl-D on an empty line closes, Ctrl-C closes and "
    "exits with 130.\n"
    "\n"
    "In a pipe each line of standard input is one text message, and each received message is "
    "printed as its payload and a newline; standard output gets nothing else. After the end of "
    "input wsb waits for the replies (see --linger) and closes. When the server closes first, wsb "
    "exits without waiting for its input.\n"
    "\n"
    "With --socketio a line is an event of Socket.IO: its name, and arguments that are JSON or "
    "else words, which are strings. What arrives is printed in the same form.";

constexpr std::string_view kCountText =
    "Stop after N received messages, with success; further ones are not printed. The end of input "
    "then does not end the wait. 0 closes at the end of input as soon as the server has read it "
    "all.";

std::vector<Option> make_options(ConnectArguments& a) {
  std::vector<Option> options{url_argument(a.client)};
  add_client_options(options, a.client, {kCountText, "no limit", "never"});
  options.push_back({.names = "--echo",
                     .group = "Messages",
                     .target = &a.echo,
                     .brief = "send back every message, read no input",
                     .text = "Send back every message as it came (type, bytes, compression) until "
                             "the peer closes. Standard input is not read, nothing is printed: for "
                             "testing servers.",
                     .example = "wsb connect --echo ws://localhost:9001/runCase?case=1"});
  options.push_back({.names = "--linger",
                     .value = "TIME",
                     .group = "Stopping",
                     .target = DurationTarget{&a.linger, 0ns, kLongestOption},
                     .brief = "silence to wait for after the end of input",
                     .text = "After the end of input wsb sends a ping; when its pong is there, the "
                             "server has read everything. Then wsb goes on receiving until it has "
                             "been silent for this time, and closes.",
                     .fallback = "1s",
                     .range = "0 to a year",
                     .example = "echo '{\"op\":\"ping\"}' | wsb connect --linger 200ms "
                                "ws://localhost:3000/"});
  return options;
}

Result<ClientPlan> make_plan(const ConnectArguments& arguments) {
  auto config = make_client_config(arguments.client);
  if (!config) return std::move(config).error();
  ClientPlan plan{.config = std::move(*config), .input = {}, .watch_reader = true};
  plan.config.echo = arguments.echo;
  plan.config.linger = arguments.linger;
  plan.input.opcode = message_opcode(arguments.client);
  plan.input.events = arguments.client.socketio.on;
  if (!arguments.echo) plan.input.stream = app::ClientInput::Stream::lines;
  plan.terminal =
      !arguments.echo && !terminal_is_dumb() && ::isatty(kStdin) == 1 && ::isatty(kStdout) == 1;
  return plan;
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
      {"wsb connect --socketio http://localhost:3000",
       "A prompt for Socket.IO: 'broadcast {\"text\":\"hi\"}' emits that event."},
      {"wsb connect -n ws://localhost:3000/ < subscribe.txt > log",
       "Sends each line of the file and records until the server closes."},
  };
  command.exit_codes = client_exit_codes();
  command.run = [arguments] {
    return run_plan("connect", arguments->client, make_plan(*arguments));
  };
  return command;
}

}  // namespace wsb::cli

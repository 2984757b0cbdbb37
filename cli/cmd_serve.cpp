#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "cli/access_log_file.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/exit_status.h"
#include "cli/log_sink.h"
#include "cli/passed_sockets.h"
#include "cli/serve_access_options.h"
#include "cli/serve_fault_options.h"
#include "cli/serve_limit_options.h"
#include "cli/serve_running_options.h"
#include "cli/serve_socketio_options.h"
#include "cli/service_manager.h"
#include "cli/signals.h"
#include "cli/std_streams.h"
#include "cli/web/assets.h"
#include "core/app/serve.h"
#include "core/base/limits.h"
#include "core/net/lws/runtime.h"

namespace wsb::cli {
namespace {

struct ServeArguments {
  app::ServeConfig config;
  std::uint64_t port = 3000;
  std::uint64_t threads = 0;
  ByteSize max_message;  // 0: not given
  ByteSize max_backlog;
  bool verbose = false;
  bool quiet = false;
  std::string log_format = "text";
  std::string access_log;  // empty: none
  std::string config_file;  // read by the parser
};

constexpr std::string_view kDescription =
    "Runs a WebSocket server that passes every message on to everyone but its sender. The same "
    "port "
    "serves a page to try it with a browser, and /healthz.\n"
    "\n"
    "When it can be reached it prints one line on standard output, such as 'listening "
    "ws://127.0.0.1:3000'; the log goes to standard error. SIGINT and SIGTERM end it in order, and "
    "so does the end of its terminal: every client gets a Close with 1001. A second signal ends it "
    "at once. SIGHUP makes it read its certificate and credentials again.";

constexpr std::string_view kListening = "Listening";
constexpr std::string_view kMessages = "Messages";
constexpr std::string_view kTls = "TLS";
constexpr std::string_view kOutput = "Output";

void add_config_option(std::vector<Option>& options, ServeArguments& a) {
  options.push_back(
      {.names = kConfigOption,
       .value = "FILE",
       .group = kListening,
       .target = &a.config_file,
       .brief = "read options from FILE",
       .text = "Options from a file, one a line, by the names of this list without dashes: "
               "'port = 8080'; see CONFIGURATION FILE. What the command line says counts "
               "first, then the environment, then the file. It is read at the start alone.",
       .fallback = "none",
       .example = "wsb serve --config /etc/wsb.conf",
       .hint = Hint::file});
}

void add_listen_options(std::vector<Option>& options, ServeArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "--host",
           .value = "ADDRESS",
           .group = kListening,
           .target = &a.config.host,
           .brief = "address to listen on",
           .text = "The address to listen on: a name, or an IPv4 or IPv6 address. 0.0.0.0 is every "
                   "IPv4 address of the machine: anybody who reaches it can then connect.",
           .fallback = "127.0.0.1",
           .env = "WSB_HOST",
           .example = "wsb serve --host 0.0.0.0",
           .given = &a.config.address_given},
          {.names = "-p,--port",
           .value = "PORT",
           .group = kListening,
           .target = IntegerTarget{&a.port, 0, 65535},
           .brief = "port to listen on",
           .text =
               "The port to listen on. 0 takes one that is free; the line 'listening' names it.",
           .fallback = "3000",
           .range = "0 to 65535",
           .env = "WSB_PORT",
           .example = "wsb serve --port 8080",
           .given = &a.config.address_given},
          {.names = "--unix",
           .value = "PATH",
           .group = kListening,
           .target = &a.config.unix_path,
           .brief = "listen on a unix socket",
           .text = "Listen on a unix socket at PATH, of at most 107 bytes, instead of an address, "
                   "or as well when --host or --port is given. A socket there that nobody listens "
                   "on is replaced, any other file is an error; the file goes when the server "
                   "ends. Clients by it have the address 'unix', and --max-clients-per-ip does not "
                   "count them, unless --trust-proxy unix lets a proxy say who they are.",
           .fallback = "none",
           .example = "wsb serve --unix /run/wsb/wsb.sock",
           .hint = Hint::file},
          {.names = "--unix-mode",
           .value = "MODE",
           .group = kListening,
           .target = &a.config.unix_mode,
           .brief = "who may connect to the unix socket",
           .text = "The permissions of the file of --unix, octal: who may write to it may connect.",
           .fallback = "0660",
           .range = "0 to 0777",
           .example = "wsb serve --unix /run/wsb/wsb.sock --unix-mode 0666"},
          {.names = "-t,--threads",
           .value = "N",
           .group = kListening,
           .target = IntegerTarget{&a.threads, 1, limits::kWorkers},
           .brief = "worker threads",
           .text = "How many threads share the clients.",
           .fallback = "one for each core",
           .range = "1 to 256",
           .example = "wsb serve --threads 1"},
          {.names = "--public",
           .value = "DIR",
           .group = kListening,
           .target = &a.config.public_dir,
           .brief = "serve the files in DIR",
           .text = "Serve the files in this folder instead of the built-in page.",
           .fallback = "the built-in page",
           .example = "wsb serve --public ./site",
           .hint = Hint::directory},
      });
}

void add_message_options(std::vector<Option>& options, ServeArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "--raw",
           .group = kMessages,
           .target = &a.config.raw,
           .brief = "relay messages verbatim, without envelope",
           .text = "Relay messages as they are: no welcome, no envelope.",
           .example = "wsb serve --raw"},
          {.names = "--echo",
           .group = kMessages,
           .target = &a.config.echo,
           .brief = "send messages back to their sender alone",
           .text = "Send every message back to its sender, and to nobody else.",
           .example = "wsb serve --echo"},
          {.names = "--rooms",
           .group = kMessages,
           .target = &a.config.rooms,
           .brief = "clients join and leave rooms by messages",
           .text = "Clients join and leave rooms, and publish to one room, by JSON messages, see "
                   "ROOMS. Without this option a client is in the rooms that its URL names.",
           .example = "wsb serve --rooms"},
          {.names = "--history",
           .value = "N[,BYTES]",
           .group = kMessages,
           .target = &a.config.history,
           .brief = "replay a room's last messages to who joins",
           .text = "Keep the last N messages of each room, of at most BYTES together, and send "
                   "them to whoever joins, marked as history. Messages get an id, and a client "
                   "that comes back with ?since=ID gets what it missed, see HISTORY.",
           .fallback = "none; BYTES: 512KiB at most",
           .range = "1 to 1048576 messages, 1B to 64MiB and at most half of --max-backlog",
           .example = "wsb serve --history 100"},
          {.names = "--max-message",
           .value = "SIZE",
           .group = kMessages,
           .target = SizeTarget{&a.max_message, {1}, {limits::kMaxMessageBytes}},
           .brief = "largest message to accept",
           .text = "The largest message to accept, after decompression. Who sends a larger one is "
                   "closed with 1009.",
           .fallback = "1MiB, with --echo 64MiB",
           .range = "1B and more, such as 64KiB, 10MB",
           .example = "wsb serve --max-message 16MiB"},
          {.names = "--max-backlog",
           .value = "SIZE",
           .group = kMessages,
           .target = SizeTarget{&a.max_backlog, {1}, 65536_MiB},
           .brief = "unsent bytes a slow client may have",
           .text = "How many bytes may wait for one client that reads slowly. With more it is "
                   "closed with 1013, so that it costs the others nothing, unless --slow-consumer "
                   "says otherwise.",
           .fallback = "1MiB, with --echo 64MiB",
           .range = "1B to 64GiB",
           .example = "wsb serve --max-backlog 8MiB"},
          {.names = "--slow-consumer",
           .value = "POLICY",
           .group = kMessages,
           .target = &a.config.slow_consumer,
           .brief = "disconnect, drop-oldest or drop-newest",
           .text = "What happens to a client for which more than --max-backlog waits. disconnect "
                   "closes it with 1013; drop-oldest throws away what has waited longest for it, "
                   "drop-newest what comes last, always whole messages, and the client misses "
                   "them without being told. The log tells how many were dropped. Nothing "
                   "waits longer than 30 seconds: then the client is closed with 1013 in any case.",
           .fallback = "disconnect",
           .range = "disconnect, drop-oldest, drop-newest",
           .example = "wsb serve --slow-consumer drop-oldest"},
      });
}

void add_tls_options(std::vector<Option>& options, ServeArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "--cert",
           .value = "FILE",
           .group = kTls,
           .target = &a.config.certificate_file,
           .brief = "certificate chain, PEM",
           .text =
               "The certificate chain in PEM, the server's own first; with --key. Then wsb serves "
               "wss:// and https:// only.",
           .example = "wsb serve --cert chain.pem --key key.pem",
           .hint = Hint::file},
          {.names = "--key",
           .value = "FILE",
           .group = kTls,
           .target = &a.config.key_file,
           .brief = "private key, PEM",
           .text = "The private key of --cert in PEM.",
           .example = "wsb serve --cert chain.pem --key key.pem",
           .hint = Hint::file},
          {.names = "--tls-self-signed",
           .group = kTls,
           .target = &a.config.tls_self_signed,
           .brief = "TLS with a certificate made on the spot",
           .text = "Serve wss:// and https:// with a certificate made at start and kept nowhere; "
                   "its SHA-256 fingerprint is printed. Clients must be told to accept it.",
           .example = "wsb serve --tls-self-signed"},
          {.names = "--client-ca",
           .value = "FILE",
           .group = kTls,
           .target = &a.config.client_ca_file,
           .brief = "ask clients for a certificate signed by one in FILE",
           .text = "Clients, browsers and health checks too, must show a certificate that was "
                   "signed by one in this file, in PEM; the TLS handshake with others fails. The "
                   "log tells the subject of the certificate of who connects.",
           .fallback = "clients need none",
           .example = "wsb serve --cert chain.pem --key key.pem --client-ca clients.pem",
           .hint = Hint::file},
      });
}

void add_output_options(std::vector<Option>& options, ServeArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "--log",
           .value = "FORMAT",
           .group = kOutput,
           .target = &a.log_format,
           .brief = "text or json",
           .text = "How the log is written on standard error: lines for people, or one JSON object "
                   "each with time, level and message. A disk that is full or a pipe that was "
                   "closed does not stop the server; how many lines were lost is told when lines "
                   "arrive again.",
           .fallback = "text",
           .range = "text, json",
           .example = "wsb serve --log json"},
          {.names = "--access-log",
           .value = "FILE",
           .group = kOutput,
           .target = &a.access_log,
           .brief = "log every request and WebSocket to FILE",
           .text = "Append a line to FILE for every request that was answered and every WebSocket "
                   "that was opened, was refused or has ended, see ACCESS LOG: in the Combined Log "
                   "Format, or with --log json as one JSON object each. - is standard output. "
                   "SIGHUP opens the file anew, for logrotate. A slow or full disk holds up "
                   "nobody: lines are lost then, and the log tells how many.",
           .fallback = "none",
           .example = "wsb serve --access-log access.log",
           .hint = Hint::file},
          {.names = "-v,--verbose",
           .group = kOutput,
           .target = &a.verbose,
           .brief = "log more",
           .text = "Log more, for finding out what goes wrong.",
           .example = "wsb serve -v"},
          {.names = "-q,--quiet",
           .group = kOutput,
           .target = &a.quiet,
           .brief = "log errors only",
           .text = "Log errors only.",
           .example = "wsb serve -q"},
      });
}

std::vector<Option> make_options(ServeArguments& arguments) {
  std::vector<Option> options;
  add_config_option(options, arguments);
  add_listen_options(options, arguments);
  add_message_options(options, arguments);
  add_running_options(options, arguments.config);
  add_access_options(options, arguments.config);
  add_socketio_options(options, arguments.config.socketio);
  add_limit_options(options, arguments.config.limits);
  add_fault_options(options, arguments.config);
  add_tls_options(options, arguments);
  add_output_options(options, arguments);
  return options;
}

// An echo costs its sender's memory alone, tells a page nothing that it has not said, and is there
// for testing what clients can do.
void choose_limits(ServeArguments& arguments) {
  app::ServeConfig& config = arguments.config;
  if (config.echo) {
    config.max_message = config.max_backlog = 64_MiB;
    if (config.access.origins.empty() && !config.access.cors) config.access.origins = {"*"};
  }
  if (arguments.max_message.bytes > 0) config.max_message = arguments.max_message;
  if (arguments.max_backlog.bytes > 0) config.max_backlog = arguments.max_backlog;
}

LogLevel level_of(const ServeArguments& arguments) {
  if (arguments.quiet) return LogLevel::error;
  return arguments.verbose ? LogLevel::debug : LogLevel::info;
}

Result<LogFormat> log_format_of(const std::string& name) {
  if (name == "text") return LogFormat::text;
  if (name == "json") return LogFormat::json;
  return make_error(ErrorCode::invalid_argument,
                    "--log: '" + name + "' is neither 'text' nor 'json'");
}

void say_ready(const app::ServeReady& ready, Log& log) {
  // Whoever started us may not care to read it.
  std::string lines;
  for (const std::string& url : ready.urls) lines += "listening " + url + "\n";
  static_cast<void>(write_all(kStdout, lines));
  notify_service_manager("READY=1");
  if (!ready.certificate_fingerprint.empty()) {
    log.write(LogLevel::info, "certificate sha256 " + ready.certificate_fingerprint);
  }
  if (::isatty(kStderr) != 1) return;
  const std::string insecure = ready.certificate_fingerprint.empty() ? "" : "-k ";
  const std::string& url = ready.urls.front();
  const std::string connect = "wsb connect " + insecure + url + (url.ends_with('/') ? "" : "/");
  const std::string open = "open " + ready.page_url + "/ or ";
  log.write(LogLevel::info, (ready.page_url.empty() ? "" : open) + "run: " + connect);
}

Result<std::unique_ptr<AccessLogFile>> open_access_log(const ServeArguments& arguments,
                                                       LogFormat format, Log& log) {
  if (arguments.access_log.empty()) return std::unique_ptr<AccessLogFile>();
  return AccessLogFile::open(arguments.access_log, format, log);
}

// Half of what the service manager waits for; zero: it does not watch.
Duration take_watch_interval() {
  const auto interval = take_watchdog_interval();
  return interval ? std::max<Duration>(*interval / 2, std::chrono::milliseconds(1)) : Duration{};
}

// Who is ending has no more use for new files.
void ask_to_reload(const app::StopSignal& stop, app::ReloadSignal& reload) {
  if (stop.count() > 0) return;
  notify_reloading();
  reload.request();
}

int run(ServeArguments& arguments) {
  // Before there are threads, which may look at the environment too.
  const Duration watch_interval = take_watch_interval();
  auto passed = take_passed_sockets();
  if (!passed) {
    print_line("serve: " + passed.error().text());
    return to_int(ExitStatus::failed);
  }
  Signals signals;
  arguments.config.port = static_cast<std::uint16_t>(arguments.port);
  arguments.config.threads = static_cast<int>(arguments.threads);
  choose_limits(arguments);
  if (const auto valid = arguments.config.validate(); !valid) {
    print_line("serve: " + valid.error().text());
    return to_int(ExitStatus::usage);
  }
  const auto format = log_format_of(arguments.log_format);
  if (!format) {
    print_line("serve: " + format.error().text());
    return to_int(ExitStatus::usage);
  }
  StderrLog log(level_of(arguments), *format);
  const auto access_log = open_access_log(arguments, *format, log);
  if (!access_log) {
    print_line("serve: " + access_log.error().text());
    return to_int(ExitStatus::failed);
  }
  app::StopSignal stop;
  app::ReloadSignal reload;
  const SignalWatcher watcher(signals, [&](int signal) {
    if (signal == SIGHUP && !signals.lost_terminal()) {
      if (*access_log != nullptr) (*access_log)->reopen();
      return ask_to_reload(stop, reload);
    }
    if (stop.count() > 0) std::_Exit(to_int(status_of_signal(signal)));
    stop.request();
    notify_service_manager("STOPPING=1");
  });
  const auto runtime = net::make_lws_runtime(log);
  const auto served = app::run_serve(
      arguments.config, {*runtime, log, stop, built_in_page(),
                         [&log](const app::ServeReady& ready) { say_ready(ready, log); }, &reload,
                         [] { notify_service_manager("READY=1"); }, access_log->get(),
                         watch_interval, [] { notify_service_manager("WATCHDOG=1"); }, &*passed});
  if (served) return to_int(ExitStatus::done);
  print_line("serve: " + served.error().text());
  return to_int(ExitStatus::failed);
}

}  // namespace

Command make_serve_command() {
  const auto arguments = std::make_shared<ServeArguments>();
  Command command;
  command.name = "serve";
  command.summary = "a broadcast server, with a page to try it";
  command.usage = "[options]";
  command.description = kDescription;
  command.options = make_options(*arguments);
  command.examples = {
      {"wsb serve", "On http://127.0.0.1:3000/, for this machine alone."},
      {"wsb serve --host 0.0.0.0 --port 8080 --tls-self-signed",
       "For the whole network, encrypted."},
      {"wsb serve --raw --port 0", "A plain relay on a port that is free, for tests."},
  };
  command.exit_codes = serve_exit_codes();
  command.run = [arguments] { return run(*arguments); };
  return command;
}

}  // namespace wsb::cli

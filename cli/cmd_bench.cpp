#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <utility>

#include "cli/bench_progress.h"
#include "cli/client_options.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/log_sink.h"
#include "cli/signals.h"
#include "cli/std_streams.h"
#include "cli/term/style.h"
#include "cli/version.h"
#include "core/app/bench.h"
#include "core/net/lws/runtime.h"
#include "core/report/bench_json.h"
#include "core/report/bench_text.h"

namespace wsb::cli {
namespace {

struct BenchArguments {
  ClientArguments client;  // URL and request options
  app::BenchConfig config;
  std::uint64_t clients = 100;
  std::uint64_t canaries = 16;
  std::uint64_t publishers = 1;
  std::uint64_t threads = 0;
  bool json = false;
  std::string output;
  std::string event;
};

constexpr std::string_view kDescription =
    "Measures how long a message of one client takes to reach all others. Publishers send at a "
    "fixed "
    "rate, whatever the server does; latency counts from the moment at which a message should have "
    "left, so that a server that stalls cannot look fast. Every message carries a token: losses, "
    "duplicates and messages out of order are counted at every receiver. A delivery is "
    "lost when its message was sent while the client was connected, and it has not come when the "
    "drain is over; one that was due after the client's connection had ended is counted apart.\n"
    "\n"
    "Some receivers, the canaries, are read by a thread that has nothing else to do: if they see "
    "much shorter latencies than the rest, the load generator was the bottleneck, and the result "
    "is "
    "called invalid (status 4).\n"
    "\n"
    "With --socketio all clients speak Socket.IO over WebSockets; publishers emit an event with "
    "the token in its argument, and every event that a client receives is looked through for it, "
    "whatever its name.";

constexpr std::string_view kLoad = "Load";
constexpr std::string_view kTime = "Time";
constexpr std::string_view kOutput = "Output";
constexpr Duration kLongest = std::chrono::hours(24);

void add_load_options(std::vector<Option>& options, BenchArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "-n,--clients",
           .value = "N",
           .group = kLoad,
           .target = IntegerTarget{&a.clients, 1, 1'000'000},
           .brief = "receiving clients",
           .text = "How many clients receive, besides publishers and canaries.",
           .fallback = "100",
           .range = "1 to 1000000",
           .example = "wsb bench -n 1000 ws://localhost:3000/"},
          {.names = "-r,--rate",
           .value = "RATE",
           .group = kLoad,
           .target = RateTarget{&a.config.rate, Rate{1e6}},
           .brief = "messages per second, of all publishers",
           .text = "How many messages are sent, all publishers together, on a schedule that does "
                   "not depend on the server.",
           .fallback = "10/s",
           .range = "more than 0, to 1000000/s, such as 100, 50/s, 30/m",
           .example = "wsb bench -r 100/s ws://localhost:3000/"},
          {.names = "--size",
           .value = "SIZE",
           .group = kLoad,
           .target = SizeTarget{&a.config.size, {1}, 16_MiB},
           .brief = "payload of a message",
           .text = "The payload of each message; the token takes the first 59 bytes of it.",
           .fallback = "128B",
           .range = "59B to 16MiB",
           .example = "wsb bench --size 1KiB ws://localhost:3000/"},
          {.names = "--publishers",
           .value = "N",
           .group = kLoad,
           .target = IntegerTarget{&a.publishers, 1, 1000},
           .brief = "sending clients",
           .text = "How many clients send, in turn.",
           .fallback = "1",
           .range = "1 to 1000",
           .example = "wsb bench --publishers 10 ws://localhost:3000/"},
          {.names = "--canaries",
           .value = "N",
           .group = kLoad,
           .target = IntegerTarget{&a.canaries, 0, 1000},
           .brief = "receivers on a thread of their own",
           .text = "Receivers on a thread of their own, which show what our own queues add.",
           .fallback = "16",
           .range = "0 to 1000",
           .example = "wsb bench --canaries 0 ws://localhost:3000/"},
          {.names = "-t,--threads",
           .value = "N",
           .group = kLoad,
           .target = IntegerTarget{&a.threads, 1, 256},
           .brief = "threads for the clients",
           .text = "Threads that share the receiving clients.",
           .fallback = "half of the cores",
           .range = "1 to 256",
           .example = "wsb bench -t 4 ws://localhost:3000/"},
          {.names = "--connect-rate",
           .value = "RATE",
           .group = kLoad,
           .target = RateTarget{&a.config.connect_rate, Rate{1e6}},
           .brief = "new connections per second",
           .text = "How fast the connections are opened.",
           .fallback = "2000/s",
           .range = "more than 0, to 1000000/s",
           .example = "wsb bench -n 10000 --connect-rate 500/s ws://localhost:3000/"},
      });
}

void add_time_options(std::vector<Option>& options, BenchArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "-d,--duration",
           .value = "TIME",
           .group = kTime,
           .target = DurationTarget{&a.config.duration, 100ms, kLongest},
           .brief = "how long to measure",
           .text = "How long to measure, after the warm-up.",
           .fallback = "10s",
           .range = "100ms to 24h, such as 500ms, 30s, 5m",
           .example = "wsb bench -d 1m ws://localhost:3000/"},
          {.names = "--warmup",
           .value = "TIME",
           .group = kTime,
           .target = DurationTarget{&a.config.warmup, 0ns, kLongest},
           .brief = "send so long before measuring",
           .text = "Send for so long before the measuring begins.",
           .fallback = "2s",
           .range = "0 to 24h",
           .example = "wsb bench --warmup 10s ws://localhost:3000/"},
          {.names = "--drain",
           .value = "TIME",
           .group = kTime,
           .target = DurationTarget{&a.config.drain, 0ns, kLongest},
           .brief = "wait so long for late deliveries",
           .text = "Wait at most so long for deliveries that are late; what has not come then is "
                   "lost.",
           .fallback = "5s",
           .range = "0 to 24h",
           .example = "wsb bench --drain 30s ws://localhost:3000/"},
      });
}

// Not offered as browsers do: what compressing costs the server, and us, is not fan-out.
void measure_uncompressed(std::vector<Option>& options, BenchArguments& a) {
  a.client.compress = false;
  for (Option& option : options) {
    if (option.names != "--compress") continue;
    option.text =
        "Offer the extension permessage-deflate (RFC 7692); the server decides. Both "
        "sides then compress, which takes time that is measured.";
    option.fallback = "not offered";
    option.example = "wsb bench --compress ws://localhost:3000/";
  }
}

std::vector<Option> make_options(BenchArguments& a) {
  std::vector<Option> options{
      {.names = "URL",
       .group = "Arguments",
       .target = &a.client.url,
       .brief = "the server to measure",
       .text = "ws://, wss://, http:// or https://, or a short form: host[:port]/path, :port/path.",
       .hint = Hint::url},
  };
  add_load_options(options, a);
  add_time_options(options, a);
  add_client_socketio_options(options, a.client.socketio);
  options.push_back({.names = "--event",
                     .value = "NAME",
                     .group = "Socket.IO",
                     .target = &a.event,
                     .brief = "the event that publishers emit",
                     .text = "The event that publishers emit, with the payload as its argument. "
                             "The server is to pass it on to the others, under any name.",
                     .fallback = "broadcast",
                     .example = "wsb bench --socketio --event message http://localhost:3000"});
  add_request_options(options, a.client);
  measure_uncompressed(options, a);
  options.push_back({.names = "--json",
                     .group = kOutput,
                     .target = &a.json,
                     .brief = "print the result as JSON on stdout",
                     .text = "Print the result as one JSON object (schema wsb.bench/1) instead of "
                             "the table.",
                     .example = "wsb bench --json ws://localhost:3000/ > result.json"});
  options.push_back({.names = "-o,--output",
                     .value = "FILE",
                     .group = kOutput,
                     .target = &a.output,
                     .brief = "write the result as JSON to FILE",
                     .text = "Write the result as JSON to this file, besides what is printed.",
                     .example = "wsb bench -o result.json ws://localhost:3000/",
                     .hint = Hint::file});
  options.push_back({.names = "-q,--quiet",
                     .group = kOutput,
                     .target = &a.client.quiet,
                     .brief = "no progress, errors only",
                     .text = "No progress, errors only.",
                     .example = "wsb bench -q ws://localhost:3000/"});
  return options;
}

Result<void> complete_config(BenchArguments& a) {
  auto client = make_client_config(a.client);
  if (!client) return std::move(client).error();
  a.config.connect = std::move(client->connect);
  if (client->socketio) {
    a.config.socketio = std::move(client->socketio->options);
    if (!a.event.empty()) a.config.socketio->event = a.event;
  } else if (!a.event.empty()) {
    return make_error(ErrorCode::invalid_argument, "--event is for --socketio");
  }
  a.config.connect.max_message = net::ConnectConfig{}.max_message;
  a.config.connect.max_send_buffer = net::ConnectConfig{}.max_send_buffer;
  a.config.clients = a.clients;
  a.config.canaries = a.canaries;
  a.config.publishers = a.publishers;
  a.config.threads = a.threads;
  return a.config.validate();
}

int status_of_outcome(const report::BenchReport& report, int signal) {
  switch (report.outcome) {
    case report::BenchOutcome::no_connection:
    case report::BenchOutcome::no_deliveries:
    case report::BenchOutcome::disconnected: return kBenchNothingMeasured;
    case report::BenchOutcome::interrupted:
      if (signal != 0) return to_int(status_of_signal(signal));
      break;
    case report::BenchOutcome::completed: break;
  }
  return report.validity.verdict == report::Verdict::invalid ? kBenchInvalid : 0;
}

// The file of --output, opened before the run: an hour's measurement is not to end in "permission
// denied". What it held stays until there is a result.
class ResultFile {
 public:
  explicit ResultFile(std::string name) : name_(std::move(name)) {}
  ~ResultFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  ResultFile(const ResultFile&) = delete;
  ResultFile& operator=(const ResultFile&) = delete;

  [[nodiscard]] Result<void> open() {
    if (name_.empty()) return {};
    fd_ = ::open(name_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    return fd_ >= 0 ? Result<void>{} : failed(errno);
  }
  [[nodiscard]] Result<void> write(const std::string& text) {
    if (fd_ < 0) return {};
    // A pipe or a terminal has no length.
    if (::ftruncate(fd_, 0) != 0 && errno != EINVAL) return failed(errno);
    const int error = write_all(fd_, text);
    return error == 0 ? Result<void>{} : failed(error);
  }

 private:
  [[nodiscard]] Error failed(int error) const {
    return make_errno_error(ErrorCode::cannot_write, "cannot write '" + name_ + "'", error);
  }

  std::string name_;
  int fd_ = -1;
};

int fail(const Error& error, ExitStatus status) {
  print_line("bench: " + error.text());
  return to_int(status);
}

int run(BenchArguments& arguments) {
  Signals signals;
  if (const auto valid = complete_config(arguments); !valid) {
    return fail(valid.error(), ExitStatus::usage);
  }
  ResultFile file(arguments.output);
  if (const auto opened = file.open(); !opened) return fail(opened.error(), ExitStatus::failed);
  StderrLog log(arguments.client.quiet ? LogLevel::error : LogLevel::info);
  app::StopSignal stop;
  std::atomic<int> signal{0};
  const SignalWatcher watcher(signals, [&](int number) {
    if (stop.count() > 1) std::_Exit(to_int(status_of_signal(number)));
    signal = number;
    stop.request();
  });
  const auto runtime = net::make_lws_runtime(log);
  BenchProgressView view(!terminal_is_dumb() && ::isatty(kStderr) == 1, arguments.client.quiet);
  auto report =
      app::run_bench(arguments.config, *runtime, stop,
                     [&view](const load::FanoutProgress& progress) { view.show(progress); });
  view.finish();
  if (!report) {
    print_line("bench: " + report.error().text());
    return kBenchNothingMeasured;
  }
  report->version = version();
  if (const auto written = file.write(report::bench_json(*report)); !written) {
    return fail(written.error(), ExitStatus::failed);
  }
  const auto text = arguments.json ? report::bench_json(*report) : report::bench_text(*report);
  if (const int failed = write_all(kStdout, text)) {
    if (failed == EPIPE) return to_int(ExitStatus::broken_pipe);
    return fail(make_errno_error(ErrorCode::cannot_write, "cannot write standard output", failed),
                ExitStatus::failed);
  }
  return status_of_outcome(*report, signal);
}

}  // namespace

Command make_bench_command() {
  const auto arguments = std::make_shared<BenchArguments>();
  Command command;
  command.name = "bench";
  command.summary = "measure how fast a server passes messages on";
  command.usage = "[options] URL";
  command.description = kDescription;
  command.options = make_options(*arguments);
  command.examples = {
      {"wsb bench ws://localhost:3000/", "100 clients, 10 messages a second, for 10 seconds."},
      {"wsb bench -n 1000 -r 50/s --size 64B -d 30s ws://localhost:3000/",
       "1000 clients, 50 messages a second: 50,000 deliveries a second."},
      {"wsb bench --socketio -n 1000 http://localhost:3000",
       "The same for a server of Socket.IO, such as the broadcast demo."},
      {"wsb bench --json ws://localhost:3000/ | jq .latency.delivery.p",
       "The percentiles alone, in nanoseconds."},
  };
  command.exit_codes = bench_exit_codes();
  command.run = [arguments] { return run(*arguments); };
  return command;
}

}  // namespace wsb::cli

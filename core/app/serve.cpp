#include "core/app/serve.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "core/app/exposure.h"
#include "core/app/history_option.h"
#include "core/app/open_files.h"
#include "core/app/serve_files.h"
#include "core/app/serve_losses.h"
#include "core/app/serve_reload.h"
#include "core/app/serve_sockets.h"
#include "core/app/serve_watch.h"
#include "core/app/serve_worker.h"
#include "core/app/slow_consumer.h"
#include "core/base/random.h"
#include "core/net/tls/self_signed.h"
#include "core/session/password_check.h"

namespace wsb::app {

namespace {

using Clock = std::chrono::steady_clock;
using Kind = ServeEvent::Kind;

ServeMode mode_of(const ServeConfig& config) {
  if (config.echo) return ServeMode::echo;
  return config.raw ? ServeMode::raw : ServeMode::broadcast;
}

int worker_count(const ServeConfig& config) {
  if (config.threads > 0) return config.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

class ServeRun {
 public:
  ServeRun(const ServeConfig& config, const ServeContext& context)
      : config_(config),
        context_(context),
        shared_{context.runtime, context.log, events_, mode_of(config), {}, {}, {}, {}},
        losses_(context.log),
        reload_(config, context.log, context.on_reloaded),
        watch_(context.watch_interval,
               [this](std::size_t worker) { return workers_[worker]->ask_for_sign(); },
               context.on_alive) {
    shared_.started = std::chrono::time_point_cast<Duration>(Clock::now());
  }
  ~ServeRun();
  ServeRun(const ServeRun&) = delete;
  ServeRun& operator=(const ServeRun&) = delete;

  Result<void> open();
  Result<void> start();
  Result<void> serve();
  [[nodiscard]] bool drain();
  [[nodiscard]] ServeReport finish();

 private:
  [[nodiscard]] Result<void> load();
  void prepare_faults();
  [[nodiscard]] Result<ServeSockets> open_sockets();
  [[nodiscard]] Result<void> make_workers(std::vector<std::vector<net::ListenSocket>> sockets);
  void stop_all();
  [[nodiscard]] std::optional<ServeEvent> next_event(Clock::time_point until);
  [[nodiscard]] bool pass(Duration delay);
  [[nodiscard]] bool wait_for_all(Kind kind, Clock::time_point until);
  [[nodiscard]] bool wait_for(std::set<int> missing, Kind kind, Clock::time_point until);

  const ServeConfig& config_;
  const ServeContext& context_;
  ServeEvents events_;
  ServeShared shared_;
  ServeReady ready_;
  net::UnixSocketFile socket_file_;
  std::vector<std::unique_ptr<ServeWorker>> workers_;
  std::vector<std::thread> threads_;
  ServeLosses losses_;
  ServeReload reload_;
  ServeWatch watch_;
  std::optional<net::ServerIdentity> made_;  // on the spot
  std::optional<PasswordDesk> passwords_;  // ends before those who ask it
};

ServeRun::~ServeRun() {
  context_.stop.set_listener(nullptr);
  if (context_.reload != nullptr) context_.reload->set_listener(nullptr);
  stop_all();
}

Result<void> ServeRun::load() {
  if (config_.tls_self_signed) {
    auto made = net::make_self_signed({config_.host});
    if (!made) return std::move(made).error();
    made_ = *std::move(made);
  }
  const auto files = load_serve_files(config_, made_);
  if (!files) return files.error();
  shared_.access = (*files)->access;
  if (!config_.access.password_file.empty()) {
    passwords_.emplace(session::check_password);
    shared_.passwords = &*passwords_;
  }
  shared_.listen.tls = (*files)->identity ? (*files)->identity : made_;
  if (!shared_.listen.tls) return {};
  ready_.certificate_fingerprint = shared_.listen.tls->sha256_fingerprint;
  const std::string& warning = shared_.listen.tls->warning;
  if (!warning.empty()) context_.log.write(LogLevel::warning, warning);
  return {};
}

Result<void> ServeRun::open() {
  WSB_TRY(load());
  if (!config_.public_dir.empty()) {
    auto folder = PublicFolder::open(config_.public_dir);
    if (!folder) return std::move(folder).error();
    shared_.folder = *std::move(folder);
  }
  shared_.page = std::make_shared<const BuiltInPage>(context_.page);
  shared_.room_commands = config_.rooms;
  shared_.socketio = config_.socketio;
  shared_.history = parse_history(config_.history, config_.max_backlog).value();
  shared_.first_message_id = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())
          .time_since_epoch()
          .count());
  shared_.listen.max_message = config_.max_message;
  shared_.listen.outbox.max_bytes = config_.max_backlog;
  shared_.listen.outbox.policy = parse_slow_consumer(config_.slow_consumer).value();
  shared_.listen.deflate = config_.deflate;
  shared_.listen.access_log = context_.access_log;
  shared_.listen.proxy_protocol = config_.proxy_protocol;
  if (!config_.trust_proxy.empty()) {
    shared_.listen.trusted_proxies = net::parse_trusted_proxies(config_.trust_proxy).value();
  }
  shared_.limits = config_.limits;
  shared_.slots.emplace(config_.limits.max_clients, config_.limits.max_clients_per_ip);
  shared_.listen.handshake_timeout = config_.limits.handshake_timeout;
  shared_.listen.ping_interval = config_.ping_interval;
  shared_.listen.ping_timeout = config_.ping_timeout;

  prepare_faults();

  ready_.workers = worker_count(config_);
  auto sockets = open_sockets();
  if (!sockets) return std::move(sockets).error();
  socket_file_ = std::move(sockets->file);
  ready_.urls = std::move(sockets->urls);
  ready_.page_url = std::move(sockets->page_url);
  const std::string open_to_all = exposure_warning(config_, sockets->hosts);
  if (!open_to_all.empty()) context_.log.write(LogLevel::warning, open_to_all);
  return make_workers(std::move(sockets->of_worker));
}

Result<ServeSockets> ServeRun::open_sockets() {
  if (context_.passed_sockets == nullptr || context_.passed_sockets->empty()) {
    return open_serve_sockets(config_, context_.runtime, ready_.workers);
  }
  if (config_.address_given || !config_.unix_path.empty()) {
    context_.log.write(LogLevel::warning,
                       "listening on the sockets that were passed (LISTEN_FDS): --host, --port and "
                       "--unix do not count");
  }
  return share_passed_sockets(std::move(*context_.passed_sockets), config_.tls(), ready_.workers);
}

Result<void> ServeRun::make_workers(std::vector<std::vector<net::ListenSocket>> sockets) {
  for (int number = 0; number < ready_.workers; ++number) {
    auto loop = context_.runtime.make_loop();
    if (!loop) return std::move(loop).error();
    workers_.push_back(
        std::make_unique<ServeWorker>(number, shared_, *std::move(loop),
                                      std::move(sockets[static_cast<std::size_t>(number)])));
  }
  std::vector<ServeWorker*> all;
  for (const auto& worker : workers_) all.push_back(&*worker);
  for (const auto& worker : workers_) {
    worker->connect(all, shared_.history.messages > 0 ? &workers_.front()->inbox() : nullptr);
  }
  return {};
}

void ServeRun::prepare_faults() {
  if (config_.fault.empty()) return;
  const std::uint64_t seed = config_.fault_seed.value_or(SystemRandom().next_u32());
  shared_.faults.emplace(session::parse_fault_plan(config_.fault).value(), seed, shared_.started,
                         config_.max_backlog);
  context_.log.write(LogLevel::warning,
                     "messages go wrong ON PURPOSE: --fault " + config_.fault +
                         " is for testing clients and tools; again with --fault-seed " +
                         std::to_string(seed));
}

Result<void> ServeRun::start() {
  for (const auto& worker : workers_) {
    try {
      threads_.emplace_back([&worker = *worker] { worker.run(); });
    } catch (const std::system_error& refused) {
      return make_errno_error(ErrorCode::internal, "cannot start a worker thread",
                              refused.code().value());
    }
  }
  std::optional<Error> failure;
  for (std::size_t known = 0; known < workers_.size();) {
    const auto event = events_.take(Clock::now() + ServeLosses::kInterval);
    if (!event) continue;
    if (event->kind == Kind::failed) failure = event->error;
    if (event->kind == Kind::failed || event->kind == Kind::started) ++known;
  }
  if (failure) return *std::move(failure);
  return {};
}

// Looks after the workers while it waits: all waiting from serve() on goes through here.
std::optional<ServeEvent> ServeRun::next_event(Clock::time_point until) {
  while (true) {
    watch_.look(Clock::now());
    std::optional<ServeEvent> event = events_.take(std::min(until, watch_.due()));
    if (event && event->kind == Kind::alive) {
      watch_.answered(static_cast<std::size_t>(event->number));
    } else if (event || Clock::now() >= until) {
      return event;
    }
  }
}

// Until asked to stop. Losses are looked for from time to time and told once for each time.
Result<void> ServeRun::serve() {
  context_.stop.set_listener([this](int count) { events_.post({Kind::stop_asked, count}); });
  if (context_.reload != nullptr) {
    context_.reload->set_listener([this] { events_.post({Kind::reload_asked}); });
  }
  if (context_.on_ready) context_.on_ready(ready_);
  watch_.start(workers_.size());
  Clock::time_point next_look = Clock::now() + ServeLosses::kInterval;
  while (true) {
    const std::optional<ServeEvent> event = next_event(next_look);
    if (!event) {
      for (const auto& worker : workers_) worker->ask_for_snapshot();
      next_look = Clock::now() + ServeLosses::kInterval;
    } else if (event->kind == Kind::snapshot) {
      losses_.look(event->number, event->snapshot);
    } else if (event->kind == Kind::reload_asked) {
      reload_.begin(workers_, made_);
    } else if (event->kind == Kind::reloaded) {
      reload_.took();
    } else if (event->kind == Kind::stop_asked) {
      return {};
    } else if (event->kind == Kind::ended) {
      return make_error(ErrorCode::internal, "a worker thread has ended by itself");
    }
  }
}

// False: not all clients were gone in time, or a second request to stop cut it short.
bool ServeRun::drain() {
  if (context_.stop.count() > 1) return false;
  context_.log.write(LogLevel::info, "shutting down");
  for (const auto& worker : workers_) worker->ask_to_announce();
  if (!pass(config_.drain_delay)) return false;
  const Clock::time_point until = Clock::now() + config_.drain_timeout;
  socket_file_.remove();
  for (const auto& worker : workers_) worker->ask_to_quiet();
  if (!wait_for_all(Kind::quiet, until)) return false;
  if (shared_.history.messages > 0) {
    // All have handed over what they had, and get it back ordered.
    workers_.front()->ask_to_pass_on();
    if (!wait_for({0}, Kind::quiet, until)) return false;
  }
  for (const auto& worker : workers_) worker->ask_to_close(config_.drain_timeout);
  if (wait_for_all(Kind::empty, until)) return true;
  if (context_.stop.count() == 1) {
    context_.log.write(LogLevel::warning, "the drain timeout has passed: who was left is dropped");
  }
  return false;
}

// Still serving. False: a second request to stop cut it short.
bool ServeRun::pass(Duration delay) {
  const Clock::time_point until = Clock::now() + delay;
  while (Clock::now() < until) {
    const std::optional<ServeEvent> event = next_event(until);
    if (event && (event->kind == Kind::stop_asked || event->kind == Kind::ended)) return false;
  }
  return true;
}

bool ServeRun::wait_for_all(Kind kind, Clock::time_point until) {
  std::set<int> all;
  for (std::size_t i = 0; i < workers_.size(); ++i) all.insert(static_cast<int>(i));
  return wait_for(std::move(all), kind, until);
}

bool ServeRun::wait_for(std::set<int> missing, Kind kind, Clock::time_point until) {
  while (!missing.empty()) {
    const std::optional<ServeEvent> event = next_event(until);
    if (!event || event->kind == Kind::ended) return false;
    if (event->kind == Kind::stop_asked && event->number > 1) return false;
    if (event->kind == kind) missing.erase(event->number);
  }
  return true;
}

void ServeRun::stop_all() {
  for (const auto& worker : workers_) worker->stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

ServeReport ServeRun::finish() {
  stop_all();
  ServeReport report;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    const WorkerSnapshot& last = workers_[i]->last_snapshot();
    report.hub += last.hub;
    report.listener = sum_of(report.listener, last.listener);
    losses_.look(static_cast<int>(i), last);
    if (last.faults) report.faults = report.faults.value_or(session::FaultCounts()) += *last.faults;
  }
  if (report.faults) {
    context_.log.write(LogLevel::warning,
                       "went wrong on purpose: " + session::describe(*report.faults));
  }
  return report;
}

}  // namespace

Result<ServeReport> run_serve(const ServeConfig& config, const ServeContext& context) {
  WSB_TRY(config.validate());
  const std::string few = open_files_warning(raise_open_files());
  if (!few.empty()) context.log.write(LogLevel::warning, few);
  ServeRun run(config, context);
  WSB_TRY(run.open());
  WSB_TRY(run.start());
  WSB_TRY(run.serve());
  const bool all_closed = run.drain();
  ServeReport report = run.finish();
  report.all_closed = all_closed;
  return report;
}

}  // namespace wsb::app

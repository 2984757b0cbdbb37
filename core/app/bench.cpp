#include "core/app/bench.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "core/app/bench_host.h"
#include "core/app/bench_result.h"
#include "core/app/bench_watcher.h"
#include "core/app/open_files.h"
#include "core/app/thread_wait.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/load/source_addresses.h"

namespace wsb::app {
namespace {

// A server on the same machine needs cores too.
std::size_t receiver_threads(const BenchConfig& config) {
  if (config.threads > 0) return std::min(config.threads, config.clients);
  const bool local = load::is_ipv4_loopback(config.connect.url.host) ||
                     !config.connect.url.unix_path.empty() || config.connect.url.host == "::1";
  const std::size_t cores = usable_cores();
  const std::size_t threads = local ? cores / 2 : cores - std::min<std::size_t>(cores, 1);
  return std::clamp<std::size_t>(threads, 1, config.clients);
}

load::FanoutConfig fanout_config(const BenchConfig& config, std::uint32_t run_id) {
  load::FanoutConfig fanout;
  fanout.connect = config.connect;
  if (config.socketio) {
    fanout.socketio = std::make_shared<const session::SocketioOptions>(*config.socketio);
  }
  fanout.clients = config.clients;
  fanout.canaries = config.canaries;
  fanout.publishers = config.publishers;
  fanout.run = run_id;
  fanout.payload_bytes = static_cast<std::size_t>(config.size.bytes);
  fanout.rate = config.rate;
  fanout.connect_rate = config.connect_rate;
  fanout.phases.warmup = config.warmup;
  fanout.phases.duration = config.duration;
  fanout.phases.drain = config.drain;
  fanout.thread_cpu = thread_cpu_time;
  fanout.thread_wait = thread_wait_time;
  return fanout;
}

void run_to_the_end(const std::vector<std::unique_ptr<net::Loop>>& loops, load::FanoutRun& run,
                    BenchWatcher& watcher, StopSignal& stop, const BenchProgress& progress) {
  run.start();
  std::vector<std::thread> threads;
  threads.reserve(loops.size());
  for (const auto& loop : loops) threads.emplace_back([&each = *loop] { each.run(); });
  stop.set_listener([&](int count) { count == 1 ? run.request_stop() : watcher.give_up(); });
  const bool completed = watcher.wait(progress);
  const TimePoint ended = loops.front()->now();
  stop.set_listener(nullptr);
  for (const auto& loop : loops) loop->stop();
  for (auto& thread : threads) thread.join();
  if (!completed) run.cut_off(ended);
}

}  // namespace

Result<report::BenchReport> run_bench(const BenchConfig& config, net::Runtime& runtime,
                                      StopSignal& stop, const BenchProgress& progress) {
  WSB_TRY(config.validate());
  const std::size_t receivers = receiver_threads(config);
  [[maybe_unused]] const auto allowed = raise_open_files();
  WSB_TRY(load::preflight(preflight_facts(),
                          {config.connections(), receivers + 2, config.connect.url.host}));
  // The last two are the canaries' and the publishers'.
  std::vector<std::unique_ptr<net::Loop>> loops;
  while (loops.size() < receivers + 2) {
    auto loop = runtime.make_loop();
    if (!loop) return std::move(loop).error();
    loops.push_back(std::move(loop).value());
  }
  load::FanoutLoops places;
  for (std::size_t i = 0; i < receivers; ++i) places.receivers.push_back(loops[i].get());
  places.canaries = loops[receivers].get();
  places.publishers = loops[receivers + 1].get();

  const std::uint32_t run_id = SystemRandom().next_u32();
  const std::string started = utc_now();
  BenchWatcher watcher;
  load::FanoutRun run(runtime, places, fanout_config(config, run_id), watcher);
  run_to_the_end(loops, run, watcher, stop, progress);
  if (run.broken()) return make_error(ErrorCode::internal, "a thread of the run took no messages");
  auto result = bench_result(config, run);
  result.run_id = format("%08x", run_id);
  result.started = started;
  result.host = bench_host();
  return result;
}

}  // namespace wsb::app

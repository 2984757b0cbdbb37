#include "core/app/bench_result.h"

#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "core/base/units.h"
#include "core/load/relay_shape.h"
#include "core/report/validity.h"

namespace wsb::app {
namespace {

using load::RelayShape;

report::BenchSetup setup_of(const BenchConfig& config, std::size_t threads) {
  report::BenchSetup setup;
  setup.clients = config.clients;
  setup.canaries = config.canaries;
  setup.publishers = config.publishers;
  setup.threads = threads;
  setup.rate = config.rate;
  setup.size = config.size;
  setup.duration = config.duration;
  setup.warmup = config.warmup;
  setup.drain = config.drain;
  setup.connect_rate = config.connect_rate;
  setup.deflate = config.connect.deflate;
  setup.socketio = config.socketio.has_value();
  if (config.socketio) {
    setup.event = config.socketio->event;
    setup.nsp = config.socketio->nsp;
  }
  return setup;
}

void count_clients(report::BenchReport& out, const load::FanoutRun& run) {
  const auto& sent = run.publishers().sent();
  for (const auto& group : run.clients()) {
    const auto& counts = group->tally().counts();
    const auto balance = group->tally().balance(sent);
    out.counts.expected += balance.expected;
    out.counts.lost += balance.lost;
    out.counts.not_connected += balance.not_connected;
    out.counts.received += counts.received;
    out.counts.duplicates += counts.duplicates;
    out.counts.reordered += counts.reordered;
    out.counts.too_old += counts.too_old;
    out.counts.lag_unknown += counts.lag_unknown;
    out.counts.corrupt += counts.corrupt;
    out.counts.foreign += counts.foreign;
    out.latency.delivery.merge(group->tally().delivery());
    out.latency.service.merge(group->tally().service());
  }
}

// An echo server: what counts is what came back.
void count_echoes(report::BenchReport& out, const load::FanoutRun& run, std::uint64_t sent) {
  const auto& counts = run.publishers().self().counts();
  out.counts.expected = sent;
  out.counts.received = counts.received;
  out.counts.lost = sent > counts.received ? sent - counts.received : 0;
  out.counts.duplicates = counts.duplicates;
  out.counts.reordered = counts.reordered;
  out.counts.too_old = counts.too_old;
}

void count_canaries(report::BenchReport& out, const load::FanoutRun& run) {
  const auto& tally = run.canaries().tally();
  const auto balance = tally.balance(run.publishers().sent());
  out.canaries = {balance.expected, tally.counts().received, balance.lost, balance.not_connected};
  out.latency.canary = tally.delivery();
}

// First and last receiver of each message over all client loops.
void fold_spreads(report::BenchReport& out, const load::FanoutRun& run) {
  const auto positions = static_cast<std::size_t>(run.plan()->steady_count());
  for (std::size_t position = 0; position < positions; ++position) {
    load::MessageSpread whole;
    for (const auto& group : run.clients()) {
      const auto& spreads = group->tally().spreads();
      if (position >= spreads.size()) continue;
      const auto& part = spreads[position];
      whole.copies += part.copies;
      whole.first = std::min(whole.first, part.first);
      whole.last = std::max(whole.last, part.last);
    }
    if (whole.copies == 0) continue;
    out.latency.first.record(whole.first);
    out.latency.completion.record(whole.last);
    out.latency.spread.record(whole.last - whole.first);
  }
}

Duration steady_length(const load::FanoutRun& run) {
  const auto& plan = *run.plan();
  const auto early = run.interrupted() ? run.interrupted() : run.disconnected();
  const TimePoint end = std::min(plan.steady_end(), early.value_or(plan.steady_end()));
  return std::max(Duration{0}, end - plan.steady_begin());
}

void measure(report::BenchReport& out, const BenchConfig& config, const load::FanoutRun& run) {
  const auto status = run.publishers().status();
  out.counts.sent = status.steady_sent;
  out.counts.sent_in_window = status.steady_in_window;
  out.counts.unsent = status.steady_unsent;
  out.counts.unsent_disconnected = status.steady_disconnected;
  if (run.relay() == RelayShape::self) {
    count_echoes(out, run, status.steady_sent);
  } else {
    count_clients(out, run);
    count_canaries(out, run);
    fold_spreads(out, run);
  }
  out.latency.self = run.publishers().self().delivery();
  out.latency.send_lag = run.publishers().send_lag();
  out.steady = steady_length(run);
  out.rates.target = config.rate.per_second;
  const double seconds = std::chrono::duration<double>(out.steady).count();
  if (seconds <= 0) return;
  out.rates.achieved = static_cast<double>(out.counts.sent_in_window) / seconds;
  out.rates.deliveries = static_cast<double>(out.counts.received) / seconds;
}

void add_connects(report::BenchReport& out, const load::FanoutRun& run) {
  load::ConnectTally all = run.publishers().connects();
  all.merge(run.canaries().connects());
  for (const auto& group : run.clients()) {
    all.merge(group->connects());
    out.receivers += group->tally().opened_receivers();
  }
  out.connect.ok = all.ok();
  out.connect.failed_total = all.failed_total();
  out.connect.failed = all.failed_why();
  out.connect.dropped = all.dropped_total();
  out.connect.dropped_why = all.dropped_why();
  out.connect.tcp = all.tcp();
  out.connect.tls = all.tls();
  out.connect.upgrade = all.upgrade();
  const double seconds = std::chrono::duration<double>(all.last_opened() - run.started()).count();
  if (all.ok() > 0 && seconds > 0) {
    out.connect.per_second = static_cast<double>(all.ok()) / seconds;
  }
}

void add_threads(report::BenchReport& out, const load::FanoutRun& run) {
  std::size_t number = 0;
  for (const auto& group : run.clients()) {
    const std::string role =
        run.clients().size() == 1 ? "receivers" : format("receivers %zu", ++number);
    out.threads.push_back(
        {role, group->connects().ok(), group->cpu_percent(), group->wait_percent()});
  }
  out.threads.push_back({"canaries", run.canaries().connects().ok(), run.canaries().cpu_percent(),
                         run.canaries().wait_percent()});
  out.threads.push_back({"publishers", run.publishers().connects().ok(),
                         run.publishers().cpu_percent(), run.publishers().wait_percent()});
}

std::string first_cause(const load::ConnectTally::Causes& causes) {
  return causes.empty() ? std::string() : ": " + causes.begin()->first;
}

std::string disconnected_problem(const report::BenchReport& out, const std::string& cause) {
  if (out.counts.sent == 0) {
    return "the server ended the connections before the first message was measured" + cause;
  }
  const auto after = std::chrono::floor<std::chrono::milliseconds>(out.steady);
  return "the server ended the connections " + format_duration(after) +
         " into the measurement, and this is what was measured until then" + cause;
}

void conclude(report::BenchReport& out, const load::FanoutRun& run) {
  const bool publishing = run.publishers().connects().ok() > 0;
  const bool receiving = out.receivers + run.canaries().connects().ok() > 0;
  if (run.interrupted()) {
    out.outcome = report::BenchOutcome::interrupted;
    out.problem = out.counts.sent > 0 ? "interrupted: this is what was measured until then"
                                      : "interrupted before the first message was measured";
  } else if (!publishing) {
    out.outcome = report::BenchOutcome::no_connection;
    out.problem =
        "no publisher could connect" + first_cause(run.publishers().connects().failed_why());
  } else if (!receiving) {
    out.outcome = report::BenchOutcome::no_connection;
    out.problem =
        "no client could connect" + first_cause(run.clients().front()->connects().failed_why());
  } else if (run.disconnected()) {
    out.outcome = report::BenchOutcome::disconnected;
    out.problem = disconnected_problem(out, first_cause(run.publishers().connects().dropped_why()));
  } else if (!run.plan()) {
    out.outcome = report::BenchOutcome::no_deliveries;
    out.problem = "the server relayed none of the probe messages: does it " +
                  (out.setup.socketio ? "pass on the event '" + out.setup.event + "' (--event)"
                                      : std::string("broadcast on this path")) +
                  ", and to clients that only connect?";
  } else if (out.counts.received == 0) {
    out.outcome = report::BenchOutcome::no_deliveries;
    out.problem = "the server relayed the probe, but none of the messages that were measured";
  }
}

}  // namespace

report::BenchReport bench_result(const BenchConfig& config, const load::FanoutRun& run) {
  report::BenchReport out;
  out.target.url = config.connect.url.text();
  out.setup = setup_of(config, run.clients().size());
  add_connects(out, run);
  add_threads(out, run);
  if (run.plan()) {
    out.target.relay = load::to_string(run.relay());
    out.target.relay_description = load::describe(run.relay(), out.receivers);
    measure(out, config, run);
    if (run.plan()->steady_count() > load::ReceiverTally::kSpreadMessages) {
      out.notes.push_back("first receiver, last receiver and spread are not kept for more than " +
                          with_thousands(load::ReceiverTally::kSpreadMessages) + " messages");
    }
    if (!run.probe_agreed()) {
      out.notes.push_back("the probe did not come to everyone exactly once: see what was lost");
    }
  }
  conclude(out, run);
  out.validity = report::judge(out);
  return out;
}

}  // namespace wsb::app

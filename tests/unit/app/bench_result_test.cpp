#include "core/app/bench_result.h"

#include <catch2/catch.hpp>

#include "tests/support/fanout_bed.h"

namespace {

using namespace wsb;
using namespace wsb::app;
using load::FanoutBed;
using load::RelayServer;
using report::BenchOutcome;
using report::Verdict;

BenchConfig config_of(const FanoutBed& bed) {
  BenchConfig config;
  config.connect = bed.config.connect;
  config.clients = bed.config.clients;
  config.canaries = bed.config.canaries;
  config.publishers = bed.config.publishers;
  config.rate = bed.config.rate;
  config.size = ByteSize{bed.config.payload_bytes};
  config.duration = bed.config.phases.duration;
  config.warmup = bed.config.phases.warmup;
  config.drain = bed.config.phases.drain;
  config.connect_rate = bed.config.connect_rate;
  return config;
}

report::BenchReport result_of(FanoutBed& bed) { return bench_result(config_of(bed), bed.run()); }

RelayServer::Options to(RelayServer::Audience audience) {
  RelayServer::Options options;
  options.audience = audience;
  return options;
}

TEST_CASE("a complete run is a complete report") {
  FanoutBed bed;
  REQUIRE(bed.run_all());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::completed);
  CHECK(report.problem.empty());
  CHECK(report.validity.verdict == Verdict::valid);
  CHECK(report.target.url == "ws://127.0.0.1:" + std::to_string(bed.server.port()) + "/");
  CHECK(report.target.relay == "others");
  CHECK(report.target.relay_description == "to everyone but the sender: 20 deliveries per message");
  CHECK(report.setup.threads == 2);
  CHECK(report.receivers == 20);
  CHECK(report.counts.sent == 200);
  CHECK(report.counts.unsent == 0);
  CHECK(report.counts.expected == 4000);
  CHECK(report.counts.received == 4000);
  CHECK(report.counts.lost == 0);
  CHECK(report.canaries.expected == 400);
  CHECK(report.canaries.received == 400);
  CHECK(report.canaries.lost == 0);
  CHECK(report.steady == 2s);
  CHECK(report.rates.target == 100);
  CHECK(report.rates.achieved == 100);
  CHECK(report.rates.deliveries == 2000);
  CHECK(report.latency.delivery.count() == 4000);
  CHECK(report.latency.service.count() == 4000);
  CHECK(report.latency.canary.count() == 400);
  CHECK(report.latency.self.empty());
  CHECK(report.latency.send_lag.count() == 200);
  CHECK(report.connect.ok == 23);
  CHECK(report.connect.failed_total == 0);
  CHECK(report.connect.dropped == 0);
  CHECK(report.connect.tcp.count() == 23);
  CHECK(report.connect.upgrade.count() == 23);
  CHECK(report.connect.per_second > 0);
  CHECK(report.notes.empty());
}

TEST_CASE("first and last receiver of each message are those over all threads") {
  FanoutBed bed;
  REQUIRE(bed.run_all());
  const auto& latency = result_of(bed).latency;
  CHECK(latency.first.count() == 200);
  CHECK(latency.completion.count() == 200);
  CHECK(latency.spread.count() == 200);
  CHECK(latency.first.min() == latency.delivery.min());
  CHECK(latency.completion.max() == latency.delivery.max());
}

TEST_CASE("every thread is named with its connections") {
  FanoutBed bed;
  REQUIRE(bed.run_all());
  const auto report = result_of(bed);
  REQUIRE(report.threads.size() == 4);
  CHECK(report.threads[0].role == "receivers 1");
  CHECK(report.threads[1].role == "receivers 2");
  CHECK(report.threads[2].role == "canaries");
  CHECK(report.threads[3].role == "publishers");
  CHECK(report.threads[0].connections == 10);
  CHECK(report.threads[2].connections == 2);
}

TEST_CASE("at an echo server the replies are what is expected and measured") {
  FanoutBed bed(to(RelayServer::Audience::self));
  REQUIRE(bed.run_all());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::completed);
  CHECK(report.target.relay == "self");
  CHECK(report.counts.expected == 200);
  CHECK(report.counts.received == 200);
  CHECK(report.counts.lost == 0);
  CHECK(report.latency.self.count() == 200);
  CHECK(report.latency.delivery.empty());
  CHECK(report.latency.canary.empty());
}

TEST_CASE("a server that relays nothing gives no deliveries, with a hint") {
  FanoutBed bed(to(RelayServer::Audience::nobody));
  REQUIRE(bed.run_all());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::no_deliveries);
  CHECK(report.problem ==
        "the server relayed none of the probe messages: does it broadcast on this path, and to "
        "clients that only connect?");
  CHECK(report.connect.ok == 23);
}

TEST_CASE("a server of Socket.IO that relays nothing is asked about the event") {
  RelayServer::Options options = to(RelayServer::Audience::nobody);
  options.socketio = true;
  FanoutBed bed(options);
  bed.config.socketio = std::make_shared<const session::SocketioOptions>();
  REQUIRE(bed.run_all());
  BenchConfig config = config_of(bed);
  config.socketio = *bed.config.socketio;
  const auto report = bench_result(config, bed.run());
  CHECK(report.outcome == BenchOutcome::no_deliveries);
  CHECK(report.problem ==
        "the server relayed none of the probe messages: does it pass on the event 'broadcast' "
        "(--event), and to clients that only connect?");
  CHECK(report.setup.socketio);
  CHECK(report.setup.nsp == "/");
}

TEST_CASE("where nobody listens the report says so, with the cause") {
  FanoutBed bed;
  bed.config.connect.url.port = 1;
  REQUIRE(bed.run_all());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::no_connection);
  CHECK(report.problem.substr(0, 28) == "no publisher could connect: ");
  CHECK(report.connect.failed_total == 23);
  CHECK(report.connect.failed.size() == 1);
  CHECK(report.receivers == 0);
}

TEST_CASE("an interrupted run reports the part that was measured") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::steady));
  bed.network.advance(1s);
  bed.run().request_stop();
  REQUIRE(bed.finish());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::interrupted);
  CHECK(report.problem == "interrupted: this is what was measured until then");
  CHECK(report.steady > 900ms);
  CHECK(report.steady < 1300ms);
  CHECK(report.counts.received == report.counts.sent * 20);
  CHECK(report.counts.lost == 0);
  CHECK(report.rates.achieved > 95);
  CHECK(report.rates.achieved < 105);
  CHECK(report.validity.verdict == Verdict::valid);
}

TEST_CASE("a run that was cut off is interrupted, and nobody counts as dropped") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::steady));
  bed.network.advance(1s);
  const TimePoint when = bed.network.now();
  bed.end_loops();
  bed.run().cut_off(when);
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::interrupted);
  CHECK(report.steady > 900ms);
  CHECK(report.steady < 1300ms);
  CHECK(report.connect.dropped == 0);
  CHECK(report.validity.verdict == Verdict::valid);
}

TEST_CASE("a run interrupted before it measured anything says so") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::settle));
  bed.run().request_stop();
  REQUIRE(bed.finish());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::interrupted);
  CHECK(report.problem == "interrupted before the first message was measured");
  CHECK(report.counts.sent == 0);
}

TEST_CASE("a run interrupted in the warm-up has measured nothing, and nothing is to be blamed") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::warmup));
  bed.network.advance(500ms);
  bed.run().request_stop();
  REQUIRE(bed.finish());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::interrupted);
  CHECK(report.problem == "interrupted before the first message was measured");
  CHECK(report.counts.unsent == 0);
  CHECK(report.validity.flags.empty());
}

TEST_CASE("a server that dies is the server's fault, not the generator's") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::steady));
  bed.network.advance(bed.run().plan()->steady_begin() + 995ms - bed.network.now());
  for (std::size_t i = 0; i < bed.server.accepted(); ++i) bed.server.peer(i)->abort();
  REQUIRE(bed.finish());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::disconnected);
  CHECK(report.problem.substr(0, 35) == "the server ended the connections 1.");
  CHECK(report.problem.find(" into the measurement, and this is what was measured until then: "
                            "connection lost: ") != std::string::npos);
  CHECK(report.counts.sent == 100);
  CHECK(report.counts.unsent == 0);
  CHECK(report.counts.unsent_disconnected == 100);
  CHECK(report.steady >= 995ms);
  CHECK(report.steady < 1200ms);
  REQUIRE(report.validity.flags.size() == 1);
  CHECK(report.validity.flags[0].code == "dropped");
  CHECK(report.validity.verdict == Verdict::warn);
}

TEST_CASE("a server that dies in the warm-up has nothing measured") {
  FanoutBed bed;
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::warmup));
  for (std::size_t i = 0; i < bed.server.accepted(); ++i) bed.server.peer(i)->abort();
  REQUIRE(bed.finish());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::disconnected);
  CHECK(report.problem ==
        "the server ended the connections before the first message was measured: connection lost: "
        "Connection reset by peer");
  CHECK(report.counts.unsent == 0);
}

TEST_CASE("one of several publishers that loses its connection is a warning of its own") {
  FanoutBed bed;
  bed.config.publishers = 2;
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::steady));
  bed.network.advance(1s);
  bed.server.peer(0)->close(1001, "");
  REQUIRE(bed.finish());
  const auto report = result_of(bed);
  CHECK(report.outcome == BenchOutcome::completed);
  CHECK(report.counts.unsent == 0);
  CHECK(report.counts.unsent_disconnected > 40);
  CHECK(report.counts.sent + report.counts.unsent_disconnected == 200);
  CHECK(report.counts.lost == 0);
  REQUIRE(report.validity.flags.size() == 2);
  CHECK(report.validity.verdict == Verdict::warn);
  CHECK(report.validity.flags[0].code == "publisher-lost");
  CHECK(report.validity.flags[1].code == "dropped");
}

TEST_CASE("one pause of the publishers' thread in a short run warns, and does not spoil it") {
  FanoutBed bed;
  bed.config.rate = Rate{50};
  bed.start();
  REQUIRE(bed.run_until_phase(load::Phase::steady));
  bed.network.advance(1s);
  bed.pause_publishers(60ms);
  REQUIRE(bed.finish());
  const auto report = result_of(bed);
  CHECK(report.counts.sent == 100);
  CHECK(report.latency.send_lag.max() > 30ms);
  REQUIRE(report.validity.flags.size() == 1);
  CHECK(report.validity.flags[0].code == "send-lag");
  CHECK(report.validity.verdict == Verdict::warn);
}

TEST_CASE("a probe that not everyone got is noted") {
  RelayServer::Options options;
  options.fate = [](std::size_t receiver, const load::Token& token) {
    return receiver == 3 && token.seq == 2 ? RelayServer::Fate::drop : RelayServer::Fate::deliver;
  };
  FanoutBed bed(options);
  REQUIRE(bed.run_all());
  const auto report = result_of(bed);
  CHECK(report.notes == std::vector<std::string>{
                            "the probe did not come to everyone exactly once: see what was lost"});
  CHECK(report.counts.lost == 0);
}

}  // namespace

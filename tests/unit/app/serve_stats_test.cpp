#include "core/app/serve_stats.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace wsb;
using namespace wsb::app;

namespace {

WorkerSnapshot worker(std::uint64_t factor) {
  WorkerSnapshot snapshot;
  snapshot.hub.deliveries = 10 * factor;
  snapshot.hub.history_bytes = 7 * factor;
  snapshot.listener.open = factor;
  snapshot.listener.event_streams = 2 * factor;
  snapshot.listener.slow_readers = factor;
  snapshot.listener.moved_away = 3 * factor;
  snapshot.socketio.polling = 4 * factor;
  snapshot.socketio.refused[1] = 5 * factor;
  snapshot.socketio.unauthorized = 6 * factor;
  snapshot.socketio.closed[0] = 7 * factor;
  snapshot.limits = {6 * factor, 7 * factor, 8 * factor, 9 * factor};
  snapshot.access = {factor, 2 * factor, 3 * factor, 4 * factor, 5 * factor};
  WorkerMeasures measures;
  measures.peers.messages_in = 5 * factor;
  measures.peers.backlog_bytes = 100 * factor;
  measures.fanout.record(std::chrono::milliseconds(factor));
  measures.loop_lag = std::chrono::milliseconds(factor);
  snapshot.measures = std::make_shared<const WorkerMeasures>(measures);
  return snapshot;
}

}  // namespace

TEST_CASE("the numbers of all workers are added up") {
  const ServeStats sum = add_up({worker(1), std::nullopt, worker(2)}, std::chrono::seconds(9));
  CHECK(sum.workers == 3);
  CHECK(sum.silent_workers == 1);
  CHECK(sum.hub.deliveries == 30);
  CHECK(sum.listener.open == 3);
  CHECK(sum.peers.messages_in == 15);
  CHECK(sum.fanout.count() == 2);
  CHECK(sum.loop_lag == std::vector<std::pair<std::size_t, Duration>>{
                            {0, std::chrono::milliseconds(1)}, {2, std::chrono::milliseconds(2)}});
}

TEST_CASE("the numbers are one line of JSON") {
  const std::string text = stats_json(add_up({worker(1), worker(2)}, std::chrono::seconds(9)));
  CHECK(text.back() == '\n');
  CHECK(text.find('\n') == text.size() - 1);
  const auto json = nlohmann::json::parse(text);
  CHECK(json["uptime_seconds"] == 9.0);
  CHECK(json["workers"] == 2);
  CHECK(json["clients"] == 3);
  CHECK(json["event_streams"] == 6);
  CHECK(json["history_bytes"] == 21);
  CHECK(json["messages"] == 15);
  CHECK(json["deliveries"] == 30);
  CHECK(json["backlog_bytes"] == 300);
  CHECK(json["loop_lag_seconds"] == 0.002);
  CHECK(json["refusals"]["slow_reader"] == 3);
  CHECK(json["refusals"]["foreign_origin"] == 3);
  CHECK(json["refusals"]["bad_credentials"] == 6);
  CHECK(json["refusals"]["lacking_rights"] == 9);
  CHECK(json["refusals"]["access_check_busy"] == 12);
  CHECK(json["refusals"]["publishing_without_right"] == 15);
  CHECK(json["refusals"]["server_full"] == 18);
  CHECK(json["refusals"]["address_full"] == 21);
  CHECK(json["refusals"]["idle"] == 24);
  CHECK(json["rate_pauses"] == 27);
  CHECK(json["moved_connections"] == 9);
  CHECK(json["socketio"]["polling"] == 12);
  CHECK(json["socketio"]["websocket"] == 0);
  CHECK(json["socketio"]["refused_requests"]["unknown_session"] == 15);
  CHECK(json["socketio"]["refused_clients"]["unauthorized"] == 18);
  CHECK(json["socketio"]["closed"]["transport_close"] == 21);
  CHECK(json["fanout_seconds"]["batches"] == 2);
  CHECK(json["fanout_seconds"]["max"] == 0.002);
}

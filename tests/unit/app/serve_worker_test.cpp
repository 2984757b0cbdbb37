#include "core/app/serve_worker.h"

#include <catch2/catch.hpp>
#include <optional>
#include <vector>

#include "tests/unit/app/serve_stage.h"

using namespace wsb;
using namespace wsb::app;
using namespace wsb::app::serving;
using Kind = ServeEvent::Kind;

namespace {

std::vector<ServeEvent> all_of(ServeEvents& events) {
  std::vector<ServeEvent> found;
  while (auto event = events.take(std::chrono::steady_clock::now())) {
    found.push_back(*std::move(event));
  }
  return found;
}

// One worker on the fake network; run() turns it and its clients.
struct Stage {
  Stage()
      : shared{network, log, events, ServeMode::broadcast, {},
               std::make_shared<const BuiltInPage>(WebAssets()), nullptr,
               AccessPolicy::load({}, true).value()} {
    shared.slots.emplace(0, 0);
    auto sockets = network.open_listen_sockets("127.0.0.1", 0, 1).value();
    port = sockets.front().port();
    worker.emplace(7, shared, network.make_loop().value(), std::move(sockets));
    worker->connect({});
    client_loop = network.make_loop().value();
  }
  void after(Duration delay, std::function<void()> action) {
    client_loop->schedule(client_loop->now() + delay, std::move(action));
  }

  net::FakeRuntime network;
  KeptLog log;
  ServeEvents events;
  ServeShared shared;
  std::uint16_t port = 0;
  std::optional<ServeWorker> worker;
  std::optional<Client> client;
  std::unique_ptr<net::Loop> client_loop;
};

}  // namespace

TEST_CASE("a worker tells each step of its life in order") {
  Stage stage;
  stage.after(std::chrono::milliseconds(10), [&] {
    stage.client.emplace(stage.network, *stage.client_loop, stage.port);
  });
  stage.after(std::chrono::milliseconds(20), [&] { stage.worker->ask_for_snapshot(); });
  stage.after(std::chrono::milliseconds(30), [&] { stage.worker->ask_to_quiet(); });
  stage.after(std::chrono::milliseconds(40),
              [&] { stage.worker->ask_to_close(std::chrono::seconds(1)); });
  stage.after(std::chrono::milliseconds(100), [&] { stage.worker->stop(); });
  stage.worker->run();

  const std::vector<ServeEvent> events = all_of(stage.events);
  std::vector<Kind> kinds;
  for (const ServeEvent& event : events) {
    CHECK(event.number == 7);
    kinds.push_back(event.kind);
  }
  CHECK(kinds == std::vector{Kind::started, Kind::snapshot, Kind::quiet, Kind::empty,
                             Kind::ended});
  CHECK(events[1].snapshot.hub.members == 1);
  CHECK(events[1].snapshot.listener.open == 1);
  CHECK(stage.client->end.code == 1001);
  CHECK(stage.worker->last_snapshot().hub.members == 0);
  CHECK(stage.worker->last_snapshot().listener.accepted == 1);
}

TEST_CASE("a quiet worker takes no further clients") {
  Stage stage;
  stage.after(std::chrono::milliseconds(10), [&] { stage.worker->ask_to_quiet(); });
  stage.after(std::chrono::milliseconds(20), [&] {
    stage.client.emplace(stage.network, *stage.client_loop, stage.port);
  });
  stage.after(std::chrono::milliseconds(100), [&] { stage.worker->stop(); });
  stage.worker->run();
  CHECK_FALSE(stage.client->open);
  CHECK(stage.worker->last_snapshot().listener.accepted == 0);
}

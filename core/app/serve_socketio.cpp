#include "core/app/serve_socketio.h"

#include <algorithm>
#include <utility>

#include "core/app/conformance_apps.h"
#include "core/base/limits.h"

namespace wsb::app {
namespace {

using namespace std::chrono_literals;

EngineioOptions options_of(const SocketioConfig& config,
                           const ServeSocketio::Surroundings& around) {
  EngineioOptions out;
  out.worker = around.worker;
  out.workers = around.workers;
  out.slow_reader = around.listen.outbox.policy;
  out.session.max_queue_bytes = around.listen.outbox.max_bytes.bytes;
  if (config.conformance.empty()) {
    out.session.max_payload =
        std::min<std::uint64_t>(around.listen.max_message.bytes, limits::kHttpBodyBytes);
    return out;
  }
  out.session.ping_interval = 300ms;
  out.session.ping_timeout = 200ms;
  if (config.conformance == "engineio") out.path = "/engine.io/";
  return out;
}

std::unique_ptr<EngineioApp> app_of(const SocketioConfig& config,
                                    const ServeSocketio::Surroundings& around) {
  if (config.conformance == "engineio") return std::make_unique<EngineioEcho>();
  if (config.conformance == "socketio") return std::make_unique<SocketioConformance>(around.loop);
  SocketioOptions options;
  options.namespaces = config.namespaces;
  options.rooms = around.room_events;
  options.recovery = around.recovery;
  options.worker = around.worker;
  options.end_elsewhere = around.end_elsewhere;
  options.connection.limits.max_attachment_bytes = around.listen.max_message.bytes;
  return std::make_unique<SocketioClients>(std::move(options), around.loop, around.shard,
                                           &around.gate, around.log);
}

}  // namespace

ServeSocketio::ServeSocketio(const SocketioConfig& config, const Surroundings& around,
                             ServeConnections::Take take)
    : app_(app_of(config, around)),
      clients_(dynamic_cast<SocketioClients*>(app_.get())),
      door_(std::make_unique<EngineioDoor>(options_of(config, around), around.loop, &around.gate,
                                           *app_)),
      connections_(around.plain, *door_, std::move(take)) {
  door_->set_limits(&around.limits);
}

}  // namespace wsb::app

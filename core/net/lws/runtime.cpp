#include "core/net/lws/runtime.h"

#include <atomic>
#include <mutex>
#include <utility>

#include <libwebsockets.h>
#include <openssl/crypto.h>
#include <uv.h>

#include "core/net/lws/client_host.h"
#include "core/net/lws/log_bridge.h"
#include "core/net/lws/lws_listener.h"
#include "core/net/lws/lws_loop.h"

namespace wsb::net {
namespace {

class LwsRuntime final : public Runtime {
 public:
  explicit LwsRuntime(Log& log) : log_(log) { route_lws_log(&log); }
  ~LwsRuntime() override { route_lws_log(nullptr); }
  LwsRuntime(const LwsRuntime&) = delete;
  LwsRuntime& operator=(const LwsRuntime&) = delete;

  Result<std::unique_ptr<Loop>> make_loop() override {
    auto loop = LwsLoop::create(global_, loops_++);
    if (!loop) return std::move(loop).error();
    return std::unique_ptr<Loop>(std::move(loop).value());
  }

  Result<std::vector<ListenSocket>> open_listen_sockets(const std::string& host, std::uint16_t port,
                                                        int count) override {
    return net::open_listen_sockets(host, port, count);
  }

  Result<std::unique_ptr<Listener>> listen(Loop& loop, ListenSocket socket,
                                           const ListenConfig& config,
                                           ConnectionHandler& connections,
                                           HttpHandler& http) override {
    auto listener =
        LwsListener::create(own(loop), log_, std::move(socket), config, connections, http);
    if (!listener) return std::move(listener).error();
    return std::unique_ptr<Listener>(std::move(listener).value());
  }

  Connection& connect(Loop& loop, const ConnectConfig& config,
                      ConnectionHandler& handler) override {
    return client_connect(own(loop), config, handler);
  }

 private:
  // A runtime is given the loops that it made.
  static LwsLoop& own(Loop& loop) { return static_cast<LwsLoop&>(loop); }

  Log& log_;
  std::mutex global_;  // of what libwebsockets keeps for the process
  std::atomic<std::uint32_t> loops_ = 0;
};

}  // namespace

std::unique_ptr<Runtime> make_lws_runtime(Log& log) { return std::make_unique<LwsRuntime>(log); }

std::string library_versions() {
  const std::string lws_version = lws_get_library_version();
  return "libwebsockets " + lws_version.substr(0, lws_version.find('-')) + ", OpenSSL " +
         OpenSSL_version(OPENSSL_VERSION_STRING) + ", libuv " + uv_version_string() +
         "; event loop: libuv";
}

}  // namespace wsb::net

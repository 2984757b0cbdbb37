#pragma once

// `wsb serve`: opens everything first, so that what cannot work is one error and nothing is
// half-started; then serves on worker threads until it is asked to stop; then closes in order.
// Called on the main thread, which waits here; the core neither prints nor handles signals.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/app/reload_signal.h"
#include "core/app/serve_config.h"
#include "core/app/stop_signal.h"
#include "core/app/web_assets.h"
#include "core/base/log.h"
#include "core/hub/counters.h"
#include "core/net/access_log.h"
#include "core/net/listener.h"
#include "core/net/runtime.h"
#include "core/session/fault_plan.h"

namespace wsb::app {

// Where it can be reached, once it can.
struct ServeReady {
  // "ws://127.0.0.1:3000", with the real port; "ws+unix:/run/wsb.sock:/"
  std::vector<std::string> urls;
  std::string page_url;     // "http://127.0.0.1:3000"; empty: nowhere for a browser
  int workers = 0;
  std::string certificate_fingerprint;  // SHA-256; empty without TLS
};

// What serve is given besides its configuration; all of it outlives the call.
struct ServeContext {
  net::Runtime& runtime;
  Log& log;
  StopSignal& stop;
  WebAssets page;
  std::function<void(const ServeReady&)> on_ready;  // main thread, once
  ReloadSignal* reload = nullptr;           // nullptr: the files are read at start alone
  std::function<void()> on_reloaded = {};   // main thread, when a reload is over, well or not
  net::AccessLog* access_log = nullptr;     // nullptr: requests are not told of
  // How often to find out whether all loops turn, and what to do while they do; zero: never.
  Duration watch_interval{};
  std::function<void()> on_alive = {};      // main thread
  // Listened on in place of what the configuration says, if there are any. Taken.
  std::vector<net::ListenSocket>* passed_sockets = nullptr;
};

struct ServeReport {
  hub::Counters hub;          // of all workers
  net::ListenerStats listener;
  std::optional<session::FaultCounts> faults;  // nullopt: none were made
  bool all_closed = false;    // every client went within the drain timeout
};

// Errors: invalid_argument, cannot_read (public folder), tls_setup, bind, internal.
[[nodiscard]] Result<ServeReport> run_serve(const ServeConfig& config, const ServeContext& context);

}  // namespace wsb::app

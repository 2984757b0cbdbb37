#pragma once

// Reading the files again while the server runs: all of them, then every worker takes them, or, if
// one is bad, none and the old ones stay. Says in the log how it went. Owned by run_serve, on its
// thread.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/app/serve_config.h"
#include "core/app/serve_worker.h"
#include "core/base/log.h"

namespace wsb::app {

class ServeReload {
 public:
  using Workers = std::vector<std::unique_ptr<ServeWorker>>;

  // Both outlive it. `done` may be null; it is called when a reload is over, well or not.
  ServeReload(const ServeConfig& config, Log& log, std::function<void()> done)
      : config_(config), log_(log), done_(std::move(done)) {}

  // `made`: see load_serve_files.
  void begin(const Workers& workers, const std::optional<net::ServerIdentity>& made);
  // A worker has taken the files of one reload.
  void took();

 private:
  void end();

  const ServeConfig& config_;
  Log& log_;
  const std::function<void()> done_;
  std::shared_ptr<const ServeFiles> files_;
  std::size_t awaited_ = 0;  // answers of workers
};

}  // namespace wsb::app

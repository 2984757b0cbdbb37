#include "core/app/serve_reload.h"

namespace wsb::app {

void ServeReload::begin(const Workers& workers, const std::optional<net::ServerIdentity>& made) {
  auto files = load_serve_files(config_, made);
  if (!files) {
    log_.write(LogLevel::error,
               "cannot reload, what was in force stays so: " + files.error().text());
    if (awaited_ == 0) end();
    return;
  }
  files_ = *std::move(files);
  if (files_->identity && !files_->identity->warning.empty()) {
    log_.write(LogLevel::warning, files_->identity->warning);
  }
  for (const auto& worker : workers) {
    if (worker->ask_to_take(files_)) {
      ++awaited_;
    } else {
      log_.write(LogLevel::error, "a worker is too busy to reload and keeps the old files: "
                                  "reload again");
    }
  }
  if (awaited_ == 0) end();
}

void ServeReload::took() {
  if (--awaited_ > 0) return;
  log_.write(LogLevel::info, "reloaded: " + describe(*files_));
  end();
}

void ServeReload::end() {
  if (done_) done_();
}

}  // namespace wsb::app

#include "core/net/lws/log_bridge.h"

#include <atomic>
#include <string>
#include <string_view>

#include <libwebsockets.h>

namespace wsb::net {
namespace {

std::atomic<Log*> lws_log{nullptr};

// A peer's bad bytes are errors to libwebsockets; to the operator they are at most a warning.
LogLevel level_of(int lws_level) {
  return lws_level == LLL_ERR ? LogLevel::warning : LogLevel::debug;
}

void forward(int lws_level, const char* line) noexcept {
  Log* log = lws_log.load(std::memory_order_acquire);
  if (log == nullptr || !log->enabled(level_of(lws_level))) return;
  std::string_view text(line);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  log->write(level_of(lws_level), "libwebsockets: " + std::string(text));
}

}  // namespace

void route_lws_log(Log* log) {
  lws_log.store(log, std::memory_order_release);
  lws_set_log_level(LLL_ERR | LLL_WARN, forward);
}

}  // namespace wsb::net

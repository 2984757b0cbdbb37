#include "core/net/lws/lws_context.h"

#include <array>

#include <libwebsockets.h>

#include "core/base/check.h"
#include "core/base/limits.h"

namespace wsb::net {
namespace {

// Closing a handle takes a turn or two; a limit so that a mistake shows as an assertion, not a
// hang.
constexpr int kTurnsAtEnd = 100000;

struct Search {
  bool (*is_ours)(const uv_handle_t*, void*);
  void* argument;
  bool found = false;
};

void look_for_foreign(uv_handle_t* handle, void* argument) {
  auto& search = *static_cast<Search*>(argument);
  if (!search.is_ours(handle, search.argument)) search.found = true;
}

}  // namespace

LwsContext::LwsContext(uv_loop_t& loop, std::mutex& global) : loop_(loop), global_(global) {
  std::array<void*, 1> loops{&loop};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.foreign_loops = loops.data();
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                 LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
                 LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME |
                 LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
  info.gid = -1;
  info.uid = -1;
  info.timeout_secs = static_cast<unsigned int>(
      std::chrono::duration_cast<std::chrono::seconds>(limits::kHandshakeTimeout).count());
  info.alpn = "http/1.1";  // raw bytes cannot go into a stream of HTTP/2
  info.pcontext = &context_;
  const std::lock_guard lock(global_);
  context_ = lws_create_context(&info);
}

LwsContext::~LwsContext() { WSB_CHECK(context_ == nullptr); }

lws_vhost* LwsContext::add_vhost(const lws_context_creation_info& info) {
  const std::lock_guard lock(global_);
  return lws_create_vhost(context_, &info);
}

void LwsContext::destroy(bool (*is_ours)(const uv_handle_t*, void*), void* argument) {
  if (context_ == nullptr) return;
  lws_context_destroy(context_);
  for (int turn = 0; turn < kTurnsAtEnd; ++turn) {
    Search search{is_ours, argument};
    uv_walk(&loop_, look_for_foreign, &search);
    if (!search.found) break;
    uv_run(&loop_, UV_RUN_NOWAIT);
  }
  const std::lock_guard lock(global_);
  if (context_ != nullptr) lws_context_destroy(context_);
  WSB_CHECK(context_ == nullptr);
}

}  // namespace wsb::net

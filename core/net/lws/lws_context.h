#pragma once

// One libwebsockets context living on a uv loop that is not its own, and its orderly end:
// libwebsockets 4.1 frees the memory of its uv handles, and unloads the code of their callbacks, in
// the second of two destroy calls, so every handle must have been closed by turning the loop in
// between. Owned by a LwsLoop, on its thread.

#include <mutex>

#include <uv.h>

struct lws_context;
struct lws_context_creation_info;
struct lws_vhost;

namespace wsb::net {

class LwsContext {
 public:
  // `global` guards what libwebsockets and its plugin loader keep for the whole process; it is
  // shared by all contexts and outlives them.
  LwsContext(uv_loop_t& loop, std::mutex& global);
  ~LwsContext();
  LwsContext(const LwsContext&) = delete;
  LwsContext& operator=(const LwsContext&) = delete;

  // nullptr: it could not be made (the libuv plugin of libwebsockets is not installed), or has
  // ended.
  [[nodiscard]] lws_context* get() const { return context_; }
  // A virtual host on it; nullptr on failure, which libwebsockets has logged.
  [[nodiscard]] lws_vhost* add_vhost(const lws_context_creation_info& info);

  // Ends every connection, with its last callback, and the context. Turns the loop: not from inside
  // a callback of it. `is_ours` tells which handles of the loop are not the context's.
  void destroy(bool (*is_ours)(const uv_handle_t*, void*), void* argument);

 private:
  uv_loop_t& loop_;
  std::mutex& global_;
  lws_context* context_ = nullptr;
};

}  // namespace wsb::net

#include "core/net/lws/lws_context.h"

#include <catch2/catch.hpp>

#include "core/net/lws/log_bridge.h"

namespace wsb::net {

TEST_CASE("a context leaves nothing on its loop, whether the loop turned or not") {
  route_lws_log(nullptr);
  for (const int turns : {0, 3}) {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    std::mutex global;
    {
      LwsContext context(loop, global);
      REQUIRE(context.get() != nullptr);
      for (int i = 0; i < turns; ++i) uv_run(&loop, UV_RUN_NOWAIT);
      context.destroy([](const uv_handle_t*, void*) { return false; }, nullptr);
      CHECK(context.get() == nullptr);
      context.destroy([](const uv_handle_t*, void*) { return false; }, nullptr);
    }
    CHECK(uv_loop_close(&loop) == 0);
  }
}

TEST_CASE("handles that are not the context's are left alone") {
  route_lws_log(nullptr);
  uv_loop_t loop;
  REQUIRE(uv_loop_init(&loop) == 0);
  uv_idle_t own;
  uv_idle_init(&loop, &own);
  std::mutex global;
  LwsContext context(loop, global);
  context.destroy([](const uv_handle_t* handle, void* ours) { return handle == ours; }, &own);
  CHECK_FALSE(uv_is_closing(reinterpret_cast<uv_handle_t*>(&own)));
  uv_close(reinterpret_cast<uv_handle_t*>(&own), nullptr);
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&loop) == 0);
}

}  // namespace wsb::net

#include "core/net/lws/log_bridge.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/net/lws/test_server.h"

// What the library's own lines go through, by its level: 1 is an error, 4 a notice.
extern "C" void _lws_log(int level, const char* format, ...);

namespace wsb::net {

TEST_CASE("errors of libwebsockets are warnings in our log, its notices are dropped") {
  TestLog log;
  route_lws_log(&log);
  _lws_log(1, "%s failed\n", "something");
  _lws_log(4, "a notice\n");
  route_lws_log(nullptr);
  CHECK(log.text() == "libwebsockets: something failed\n");
  _lws_log(1, "nobody listens\n");
  CHECK(log.text() == "libwebsockets: something failed\n");
}

}  // namespace wsb::net

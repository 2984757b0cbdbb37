#include "core/app/slow_consumer.h"

#include <string>

namespace wsb::app {

Result<net::SlowReaderPolicy> parse_slow_consumer(std::string_view text) {
  if (text == "disconnect") return net::SlowReaderPolicy::disconnect;
  if (text == "drop-oldest") return net::SlowReaderPolicy::drop_oldest;
  if (text == "drop-newest") return net::SlowReaderPolicy::drop_newest;
  return make_error(ErrorCode::invalid_argument,
                    "--slow-consumer must be disconnect, drop-oldest or drop-newest, not '" +
                        std::string(text) + "'");
}

}  // namespace wsb::app

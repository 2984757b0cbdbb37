#include "core/proto/engineio/close_reason.h"

namespace wsb::engineio {

std::string_view describe(CloseReason reason) {
  switch (reason) {
    case CloseReason::transport_close: return "transport close";
    case CloseReason::transport_error: return "transport error";
    case CloseReason::parse_error: return "parse error";
    case CloseReason::ping_timeout: return "ping timeout";
    case CloseReason::forced_close: return "forced close";
    case CloseReason::queue_full: return "queue full";
  }
  return "unknown";
}

}  // namespace wsb::engineio

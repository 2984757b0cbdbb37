#include "core/net/connection.h"

namespace wsb::net {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::resolve: return "resolve";
    case Phase::connect: return "connect";
    case Phase::tls: return "tls";
    case Phase::handshake: return "handshake";
    case Phase::open: return "open";
  }
  return "unknown";
}

}  // namespace wsb::net

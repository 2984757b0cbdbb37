#include "core/app/client_config.h"

#include "core/base/text.h"

namespace wsb::app {
namespace {

Error refuse(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

Result<void> validate_subprotocols(const std::vector<std::string>& subprotocols) {
  for (std::size_t i = 0; i < subprotocols.size(); ++i) {
    if (!http::is_token(subprotocols[i])) {
      return refuse("subprotocol '" + printable(subprotocols[i]) +
                    "' is not a token (RFC 6455 §4.1)");
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (subprotocols[i] == subprotocols[j]) {
        return refuse("subprotocol '" + subprotocols[i] + "' is given twice");
      }
    }
  }
  return {};
}

}  // namespace

Result<void> validate(const ClientConfig& config) {
  WSB_TRY(validate_subprotocols(config.connect.subprotocols));
  if (config.connect.connect_timeout <= Duration::zero()) {
    return refuse("the connect timeout must be more than 0");
  }
  if (config.connect.close_timeout <= Duration::zero()) {
    return refuse("the close timeout must be more than 0");
  }
  if (config.connect.max_message.bytes == 0) {
    return refuse("the largest message must be more than 0 bytes");
  }
  if (config.echo && config.socketio) {
    return refuse("an echo client sends back messages, and Socket.IO has events");
  }
  if (config.echo && config.count) return refuse("an echo client counts no replies");
  return {};
}

}  // namespace wsb::app

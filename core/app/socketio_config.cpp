#include "core/app/socketio_config.h"

#include "core/proto/socketio/packet.h"

namespace wsb::app {

std::string SocketioConfig::option_given() const {
  if (!namespaces.empty()) return "--namespace";
  if (!conformance.empty()) return "--conformance";
  if (!client_file.empty()) return "--socketio-client";
  if (recovery > Duration::zero()) return "--recovery";
  return {};
}

Result<void> SocketioConfig::validate() const {
  for (const std::string& name : namespaces) {
    const auto checked = socketio::check_namespace(name);
    if (!checked) {
      return make_error(ErrorCode::invalid_argument,
                        "--namespace '" + name + "': " + checked.error().message);
    }
  }
  if (conformance.empty() || conformance == "engineio" || conformance == "socketio") return {};
  return make_error(ErrorCode::invalid_argument,
                    "--conformance: '" + conformance + "' is neither 'engineio' nor 'socketio'");
}

}  // namespace wsb::app

#include "core/app/exposure.h"

#include <algorithm>

#include "core/app/origin_policy.h"

namespace wsb::app {

std::string exposure_warning(const ServeConfig& config, const std::vector<std::string>& hosts) {
  const auto open = std::find_if_not(hosts.begin(), hosts.end(), is_loopback_host);
  if (open == hosts.end()) return {};
  const bool certificates = !config.client_ca_file.empty();
  const bool subscribing = certificates || config.access.guards_subscribing();
  const bool publishing = certificates || config.access.guards_publishing();
  if (config.tls() && subscribing) return {};
  std::string what;
  if (!publishing) {
    what = "whoever reaches it can read all messages and publish (ask for --token-file)";
  } else if (!subscribing) {
    what = "whoever reaches it can read all messages (ask for --token-file)";
  }
  if (!config.tls()) {
    if (!what.empty()) what += "; ";
    what += publishing ? "credentials and messages are not encrypted" : "nothing is encrypted";
    what += " (use --cert, unless a proxy does that)";
  }
  return "listening on " + *open + ": " + what;
}

}  // namespace wsb::app

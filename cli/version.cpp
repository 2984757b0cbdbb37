#include "cli/version.h"

#include "core/net/lws/runtime.h"

namespace wsb::cli {

std::string_view version() { return WSB_VERSION; }

std::string version_text() {
  return "wsb " + std::string(version()) + "\n" + net::library_versions() + "\n";
}

}  // namespace wsb::cli

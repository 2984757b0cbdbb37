#pragma once

// What `wsb serve` is asked to do for Socket.IO clients. Plain values; validate() before use.

#include <string>
#include <vector>

#include "core/base/result.h"

namespace wsb::app {

struct SocketioConfig {
  std::vector<std::string> namespaces;  // besides "/"; one that ends in '*' is a prefix
  // "engineio" or "socketio": behave as the official test suite of that name expects; empty: no.
  std::string conformance;

  // Errors: invalid_argument, naming the option as typed.
  [[nodiscard]] Result<void> validate() const;
};

}  // namespace wsb::app

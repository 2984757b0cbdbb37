#pragma once

// What `wsb serve` is asked to do for Socket.IO clients. Plain values; validate() before use.

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace wsb::app {

struct SocketioConfig {
  std::vector<std::string> namespaces;  // besides "/"; one that ends in '*' is a prefix
  // "engineio" or "socketio": behave as the official test suite of that name expects; empty: no.
  std::string conformance;
  std::string client_file{};  // given to pages instead of our own client; empty: our own

  Duration recovery{};  // how long a client may be away and come back as who it was; 0: not at all

  // One of the options that was given, as typed; empty: none.
  [[nodiscard]] std::string option_given() const;
  // Errors: invalid_argument, naming the option as typed.
  [[nodiscard]] Result<void> validate() const;
};

}  // namespace wsb::app

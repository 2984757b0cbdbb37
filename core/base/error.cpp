#include "core/base/error.h"

#include <cstring>
#include <utility>

namespace wsb {

std::string Error::text() const {
  std::string out;
  for (auto outer = context.rbegin(); outer != context.rend(); ++outer) {
    out += *outer;
    out += ": ";
  }
  out += message;
  if (sys_errno != 0) {
    char buffer[128];
    out += ": ";
    out += strerror_r(sys_errno, buffer, sizeof buffer);
  }
  return out;
}

Error Error::with_context(std::string outer) && {
  context.push_back(std::move(outer));
  return std::move(*this);
}

Error make_error(ErrorCode code, std::string message) {
  return Error{code, std::move(message), 0, {}};
}

Error make_errno_error(ErrorCode code, std::string message, int sys_errno) {
  return Error{code, std::move(message), sys_errno, {}};
}

}  // namespace wsb

#include "core/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace wsb {

void check_failed(const char* condition, const char* file, int line, const char* function) {
  std::fprintf(stderr, "wsb: internal error: '%s' is false at %s:%d (%s); please report this\n",
               condition, file, line, function);
  std::abort();
}

}  // namespace wsb

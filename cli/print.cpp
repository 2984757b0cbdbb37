#include "cli/print.h"

#include "cli/client_verdict.h"
#include "cli/std_streams.h"

namespace wsb::cli {

int print(std::string_view text) {
  const int failed = write_all(kStdout, text);
  if (failed == 0) return to_int(ExitStatus::done);
  return report(
      judge(make_errno_error(ErrorCode::cannot_write, "cannot write standard output", failed)));
}

}  // namespace wsb::cli

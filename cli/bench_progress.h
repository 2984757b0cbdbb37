#pragma once

// What a person sees while a bench runs: one line that is overwritten on a terminal, cut to its
// width, and one line a phase elsewhere. Writing may block, so this is for the main thread, which
// measures nothing.

#include <cstddef>
#include <optional>
#include <string>

#include "core/load/fanout_run.h"

namespace wsb::cli {

// "steady 3s of 10s  30 sent, 2,997 of 3,000 received".
[[nodiscard]] std::string progress_line(const load::FanoutProgress& progress);

class BenchProgressView {
 public:
  BenchProgressView(bool terminal, bool quiet) : terminal_(terminal), quiet_(quiet) {}

  void show(const load::FanoutProgress& progress);
  // Takes the line off the terminal.
  void finish();

 private:
  bool terminal_;
  bool quiet_;
  std::string drawn_;
  std::optional<load::Phase> phase_;
};

}  // namespace wsb::cli

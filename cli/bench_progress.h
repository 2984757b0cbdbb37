#pragma once

// What a person sees while a bench runs: one line that is overwritten on a terminal, one line a
// phase elsewhere. show() comes on a thread of the run, finish() after it has ended.

#include <optional>
#include <string>

#include "core/load/fanout_run.h"

namespace wsb::cli {

// "steady 3s  1,017 connections  received 2,997 of 2,997".
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
  bool drawn_ = false;
  std::optional<load::Phase> phase_;
};

}  // namespace wsb::cli

#include "core/report/bench_report.h"

namespace wsb::report {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid: return "valid";
    case Verdict::warn: return "warn";
    case Verdict::invalid: return "invalid";
  }
  return "";
}

std::string_view to_string(BenchOutcome outcome) {
  switch (outcome) {
    case BenchOutcome::completed: return "completed";
    case BenchOutcome::no_connection: return "no-connection";
    case BenchOutcome::no_deliveries: return "no-deliveries";
    case BenchOutcome::disconnected: return "disconnected";
    case BenchOutcome::interrupted: return "interrupted";
  }
  return "";
}

}  // namespace wsb::report

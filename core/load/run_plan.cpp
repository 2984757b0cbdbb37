#include "core/load/run_plan.h"

#include "core/base/check.h"

namespace wsb::load {

RunPlan::RunPlan(Rate rate, std::uint32_t publishers, TimePoint start, TimePoint steady_begin,
                 TimePoint steady_end)
    : pacer_(rate, start),
      publishers_(publishers),
      steady_begin_(steady_begin),
      steady_end_(steady_end),
      // due() counts what is due at a time; the phase includes its begin and excludes its end.
      steady_first_(pacer_.due(steady_begin - Duration{1})),
      end_(pacer_.due(steady_end - Duration{1})) {
  WSB_CHECK(publishers > 0 && rate.per_second > 0);
  WSB_CHECK(start <= steady_begin && steady_begin <= steady_end);
}

}  // namespace wsb::load

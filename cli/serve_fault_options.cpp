#include "cli/serve_fault_options.h"

#include <limits>

namespace wsb::cli {
namespace {

constexpr std::string_view kFaults = "Faults on purpose";

}  // namespace

void add_fault_options(std::vector<Option>& options, app::ServeConfig& config) {
  options.insert(
      options.end(),
      {
          {.names = "--fault",
           .value = "FAULTS",
           .group = kFaults,
           .target = &config.fault,
           .brief = "lose, double, reorder, delay messages on purpose",
           .text = "Let messages to clients go wrong on purpose, for testing clients and tools "
                   "that measure: a list, separated by commas, of drop=, dup=, reorder= and close= "
                   "with a chance such as 1/1000, delay= with a duration, stall= with how long and "
                   "how often, and after= with how many messages to each client the chances "
                   "spare. See FAULTS.",
           .fallback = "nothing goes wrong on purpose",
           .example = "wsb serve --fault drop=1/1000,delay=5ms"},
          {.names = "--fault-seed",
           .value = "N",
           .group = kFaults,
           .target = CountTarget{&config.fault_seed, std::numeric_limits<std::uint64_t>::max()},
           .brief = "the same faults again",
           .text = "Roll the dice of --fault from this number: then the same message to the client "
                   "that connected as the same one in order meets the same fate. The log names the "
                   "number of each run.",
           .fallback = "another number each time",
           .range = "0 and more",
           .example = "wsb serve --fault drop=1/100 --fault-seed 42"},
      });
}

}  // namespace wsb::cli

#pragma once

// Numbers with names that are fit for metrics, in the order in which they are shown. Any thread.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace wsb::app {

using NamedCounts = std::vector<std::pair<std::string_view, std::uint64_t>>;

}  // namespace wsb::app

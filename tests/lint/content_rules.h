#pragma once

// What must not be left in the project, and what must not be missing. Pure functions over a tree.

#include <string_view>

#include "tests/lint/source_tree.h"

namespace wsb::lint {

// Marks of unfinished work.
[[nodiscard]] Findings check_leftovers(const SourceTree& tree);
// Words of the place where the project was written.
[[nodiscard]] Findings check_workplace_words(const SourceTree& tree);
// A test waits for an event or turns a fake clock.
[[nodiscard]] Findings check_sleeps(const SourceTree& tree);
[[nodiscard]] Findings check_changelog(const SourceTree& tree);
// A constant of limits.h is defined there and nowhere else, and no two headers define the same one.
[[nodiscard]] Findings check_limits(const SourceTree& tree);

struct Exemption {
  std::string_view path;
  std::string_view reason;
};
// Every core/**/x.cpp and cli/**/x.cpp has its tests/unit/**/x_test.cpp, or is exempt by name; an
// exemption that is not needed is a finding too.
[[nodiscard]] Findings check_unit_tests(const SourceTree& tree,
                                        const std::vector<Exemption>& exemptions);

}  // namespace wsb::lint

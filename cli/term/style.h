#pragma once

// Colours on a terminal, or none: NO_COLOR (no-color.org) and terminals that know no colours.
// Value type.

#include <string>
#include <string_view>

namespace wsb::cli {

class Style {
 public:
  enum class Tone { plain, dim, received, failure };

  explicit Style(bool colour) : colour_(colour) {}
  // By NO_COLOR and TERM.
  [[nodiscard]] static Style from_environment();

  [[nodiscard]] std::string paint(Tone tone, std::string_view text) const;

 private:
  bool colour_;
};

// TERM is unset or "dumb": the cursor cannot be moved.
[[nodiscard]] bool terminal_is_dumb();

}  // namespace wsb::cli

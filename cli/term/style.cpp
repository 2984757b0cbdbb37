#include "cli/term/style.h"

#include <cstdlib>

namespace wsb::cli {

bool terminal_is_dumb() {
  const char* term = std::getenv("TERM");
  return term == nullptr || *term == '\0' || std::string_view(term) == "dumb";
}

Style Style::from_environment() {
  const char* no_colour = std::getenv("NO_COLOR");
  const bool wanted = no_colour == nullptr || *no_colour == '\0';
  return Style(wanted && !terminal_is_dumb());
}

std::string Style::paint(Tone tone, std::string_view text) const {
  std::string_view begin;
  switch (tone) {
    case Tone::plain: break;
    case Tone::dim: begin = "\x1b[2m"; break;
    case Tone::received: begin = "\x1b[36m"; break;
    case Tone::failure: begin = "\x1b[31m"; break;
  }
  if (!colour_ || begin.empty()) return std::string(text);
  return std::string(begin) + std::string(text) + "\x1b[0m";
}

}  // namespace wsb::cli

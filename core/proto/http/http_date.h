#pragma once

// Dates of HTTP (RFC 9110 §5.6.7): written as an IMF-fixdate, read in that and in the two obsolete
// forms. Whole seconds of wall-clock time, UTC. Pure functions, any thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace wsb::http {

using std::chrono::sys_seconds;

// "Sun, 06 Nov 1994 08:49:37 GMT". A year outside of 0 to 9999 has no such form and gives "".
[[nodiscard]] std::string format_http_date(sys_seconds time);

// Any of "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" and
// "Sun Nov  6 08:49:37 1994"; nullopt for anything else and for days that no calendar has. That the
// day of the week fits is not checked. `now` places a year of two digits: at most 50 years ahead.
[[nodiscard]] std::optional<sys_seconds> parse_http_date(std::string_view text, sys_seconds now);

}  // namespace wsb::http

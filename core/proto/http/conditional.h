#pragma once

// Conditional requests (RFC 9110 §13): whether the client has what it asks for already, and whether
// what it wants to change is still what it saw. Pure functions, any thread.

#include <optional>
#include <string>
#include <string_view>

#include "core/proto/http/headers.h"
#include "core/proto/http/http_date.h"

namespace wsb::http {

// What a resource is known by (§8.8).
struct Validators {
  std::string etag;  // with its quotes, and W/ when weak; empty: none
  std::optional<sys_seconds> last_modified{};
};

enum class Precondition {
  proceed,       // answer as if no condition had been asked for
  not_modified,  // 304, with the validators
  failed,        // 412
};

// Judges If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since in the order of
// §13.2.2, for a resource that exists. Dates that cannot be read are no condition. If-Range belongs
// to the range (range.h). `now` places years of two digits.
[[nodiscard]] Precondition judge_preconditions(const Headers& headers, std::string_view method,
                                               const Validators& current, sys_seconds now);

// §8.8.3.2. Strong: both the same and neither weak; fit for joining parts. Weak: the same but for
// W/; fit for caches. What is no entity tag equals nothing.
[[nodiscard]] bool etags_match_strongly(std::string_view a, std::string_view b);
[[nodiscard]] bool etags_match_weakly(std::string_view a, std::string_view b);

}  // namespace wsb::http

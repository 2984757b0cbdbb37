#pragma once

// What RFC 9112 asks of a request's head beyond its form, what kind of target it has, and whether
// the connection goes on after it. Pure, any thread.

#include <optional>
#include <string>
#include <string_view>

#include "core/proto/http/request.h"

namespace wsb::http {

// A request that is answered with an error and the end of the connection.
struct RequestFault {
  int status = 400;
  std::string text;  // one line for people
};

// Version (505), Host (RFC 9112 §3.2), target.
[[nodiscard]] std::optional<RequestFault> find_fault(const RequestHead& head);

// Path and query, percent-encoded as received; of an absolute-form target (RFC 9112 §3.2.2) too.
struct Target {
  std::string_view path;
  std::string_view query;  // without '?'
};
// Views into the head. Of one without find_fault().
[[nodiscard]] Target target_of(const RequestHead& head);
// The two together, whatever form they came in (RFC 9112 §3.2.1).
[[nodiscard]] std::string origin_form(const Target& target);

// RFC 9112 §9.3. say_so: HTTP/1.0 takes silence for a no.
enum class Persistence { close, keep, keep_and_say_so };
[[nodiscard]] Persistence persistence_of(const RequestHead& head);

}  // namespace wsb::http

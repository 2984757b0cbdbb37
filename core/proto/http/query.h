#pragma once

// The query of a request's target as application/x-www-form-urlencoded, the way forms and browsers
// write it: name=value pairs between '&', '+' for a space, %XX for any byte. Value type, any
// thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/result.h"

namespace wsb::http {

// One name or value. nullopt: '%' without two hexadecimal digits.
[[nodiscard]] std::optional<Bytes> decode_form(std::string_view text);

class Query {
 public:
  // `text` without its '?'. A part without '=' is a name with an empty value; empty parts are left
  // out. Bytes are decoded but not judged: they may be no UTF-8, or controls.
  // Errors: protocol ('%' without two hexadecimal digits), too_large (more than
  // limits::kQueryParameters).
  [[nodiscard]] static Result<Query> parse(std::string_view text);

  // The first of that name; names differ by the case of letters.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // All of that name, in order.
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return pairs_.size(); }

 private:
  std::vector<std::pair<std::string, Bytes>> pairs_;
};

}  // namespace wsb::http

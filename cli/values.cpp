#include "cli/values.h"

#include <charconv>
#include <string>

#include "core/base/check.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

Error out_of_range(std::string_view text, const std::string& min, const std::string& max) {
  return make_error(ErrorCode::invalid_argument,
                    "'" + printable(text) + "' is out of range: from " + min + " to " + max);
}

Result<void> store_duration(const DurationTarget& target, std::string_view text) {
  const auto parsed = parse_duration(text);
  if (!parsed) return parsed.error();
  if (*parsed < target.min || *parsed > target.max) {
    return out_of_range(text, format_duration(target.min), format_duration(target.max));
  }
  *target.value = *parsed;
  return {};
}

Result<void> store_size(const SizeTarget& target, std::string_view text) {
  const auto parsed = parse_byte_size(text);
  if (!parsed) return parsed.error();
  if (*parsed < target.min || *parsed > target.max) {
    return out_of_range(text, format_byte_size(target.min), format_byte_size(target.max));
  }
  *target.value = *parsed;
  return {};
}

Result<void> store_rate(const RateTarget& target, std::string_view text) {
  const auto parsed = parse_rate(text);
  if (!parsed) return parsed.error();
  if (parsed->per_second <= 0 || *parsed > target.max) {
    return make_error(ErrorCode::invalid_argument, "'" + printable(text) +
                                                       "' is out of range: more than 0, at most " +
                                                       format_rate(target.max));
  }
  *target.value = *parsed;
  return {};
}

template <class T>
Result<void> store_integer(T& value, std::string_view text, std::uint64_t min, std::uint64_t max) {
  const auto parsed = parse_integer(text, min, max);
  if (!parsed) return parsed.error();
  value = *parsed;
  return {};
}

}  // namespace

Result<std::uint64_t> parse_integer(std::string_view text, std::uint64_t min, std::uint64_t max) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ptr != end || parsed.ec == std::errc::invalid_argument) {
    return make_error(ErrorCode::invalid_argument,
                      "invalid number '" + printable(text) + "': expected a whole number from " +
                          std::to_string(min) + " to " + std::to_string(max));
  }
  if (parsed.ec != std::errc{} || value < min || value > max) {
    return out_of_range(text, std::to_string(min), std::to_string(max));
  }
  return value;
}

Result<void> store_value(const Target& target, std::string_view text) {
  return std::visit(
      Overloaded{
          [&](std::string* value) -> Result<void> {
            value->assign(text);
            return {};
          },
          [&](std::vector<std::string>* value) -> Result<void> {
            value->emplace_back(text);
            return {};
          },
          [&](const IntegerTarget& t) { return store_integer(*t.value, text, t.min, t.max); },
          [&](const CountTarget& t) { return store_integer(*t.value, text, 0, t.max); },
          [&](const DurationTarget& t) { return store_duration(t, text); },
          [&](const SizeTarget& t) { return store_size(t, text); },
          [&](const RateTarget& t) { return store_rate(t, text); },
          [&](const auto&) -> Result<void> {
            constexpr bool kFlagHasValue = false;
            WSB_CHECK(kFlagHasValue);
            return {};
          },
      },
      target);
}

void store_flag(const Target& target, bool on) {
  if (bool* const* value = std::get_if<bool*>(&target)) {
    **value = on;
    return;
  }
  if (const auto* level = std::get_if<LevelTarget>(&target)) {
    if (on) ++*level->value;
    return;
  }
  const auto* count = std::get_if<OneCountTarget>(&target);
  WSB_CHECK(count != nullptr);
  if (on) *count->value = 1;
}

}  // namespace wsb::cli

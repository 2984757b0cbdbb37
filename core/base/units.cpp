#include "core/base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "core/base/text.h"

namespace wsb {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 6> kDurationUnits{{
    {"h", 3'600'000'000'000},
    {"m", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
}};

constexpr std::array<Unit, 11> kSizeUnits{{
    {"B", 1},
    {"kB", 1'000},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"K", 1ULL << 10U},
    {"KiB", 1ULL << 10U},
    {"M", 1ULL << 20U},
    {"MiB", 1ULL << 20U},
    {"G", 1ULL << 30U},
    {"GiB", 1ULL << 30U},
}};

constexpr std::array<Unit, 3> kRateUnits{{{"/s", 1}, {"/m", 60}, {"/h", 3600}}};

constexpr const char* kDurationHelp = "a number with ns, us, ms, s, m or h, such as '200ms'";
constexpr const char* kSizeHelp = "a number with B, kB, KiB, MB, MiB, GB or GiB, such as '1MiB'";
constexpr const char* kRateHelp = "a number with /s, /m or /h, such as '500/s'";

const Unit* find_unit(std::span<const Unit> units, std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal number without sign, exponent or leading point at the head of `text`, taken off it.
// The 64 bits of a long double's mantissa hold every whole number that fits a uint64_t.
bool take_number(std::string_view& text, long double& value) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == 0) return false;
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  const auto parsed = std::from_chars(text.data(), text.data() + end, value);
  if (parsed.ec != std::errc{}) return false;
  text.remove_prefix(end);
  return true;
}

std::string_view take_unit(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && !is_digit(text[end])) ++end;
  const std::string_view unit = text.substr(0, end);
  text.remove_prefix(end);
  return unit;
}

Error bad_value(const char* what, std::string_view text, const char* help) {
  return make_error(ErrorCode::invalid_argument, std::string("invalid ") + what + " '" +
                                                     std::string(text) + "': expected " + help);
}

Error too_big(const char* what, std::string_view text) {
  return make_error(ErrorCode::invalid_argument,
                    std::string(what) + " '" + std::string(text) + "' is too large");
}

// At most three decimals, none that are zero. `thousandths` is the number times 1000.
std::string decimal(std::uint64_t thousandths) {
  std::string out = std::to_string(thousandths / 1000);
  const std::uint64_t rest = thousandths % 1000;
  if (rest == 0) return out;
  out += format(".%03u", static_cast<unsigned>(rest));
  while (out.back() == '0') out.pop_back();
  return out;
}

std::string format_from_minutes(std::uint64_t milliseconds) {
  const std::uint64_t hours = milliseconds / 3'600'000;
  const std::uint64_t minutes = milliseconds / 60'000 % 60;
  const std::uint64_t rest = milliseconds % 60'000;
  std::string out;
  if (hours != 0) out += std::to_string(hours) + "h";
  if (minutes != 0) out += std::to_string(minutes) + "m";
  if (rest != 0) out += decimal(rest) + "s";
  return out;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  long double sum = 0;
  std::uint64_t last_factor = std::numeric_limits<std::uint64_t>::max();
  do {
    long double number = 0;
    if (!take_number(rest, number)) return bad_value("duration", text, kDurationHelp);
    const std::string_view name = take_unit(rest);
    const bool bare = name.empty() && rest.empty() && sum == 0 && last_factor > (1ULL << 63U);
    const Unit* unit = find_unit(kDurationUnits, bare ? std::string_view("s") : name);
    // "1h30m", never "30m1h" or "1s1s".
    if (unit == nullptr || unit->factor >= last_factor) {
      return bad_value("duration", text, kDurationHelp);
    }
    last_factor = unit->factor;
    sum += number * static_cast<long double>(unit->factor);
  } while (!rest.empty());
  if (sum > static_cast<long double>(Duration::max().count())) return too_big("duration", text);
  return Duration(std::llroundl(sum));
}

Result<ByteSize> parse_byte_size(std::string_view text) {
  std::string_view rest = text;
  long double number = 0;
  if (!take_number(rest, number)) return bad_value("size", text, kSizeHelp);
  const Unit* unit = find_unit(kSizeUnits, rest.empty() ? std::string_view("B") : rest);
  if (unit == nullptr) return bad_value("size", text, kSizeHelp);
  if (unit->factor == 1 && number != std::floor(number)) {
    return bad_value("size", text, "a whole number of bytes");
  }
  const long double bytes = std::round(number * static_cast<long double>(unit->factor));
  if (bytes > static_cast<long double>(std::numeric_limits<std::uint64_t>::max())) {
    return too_big("size", text);
  }
  return ByteSize{static_cast<std::uint64_t>(bytes)};
}

Result<Rate> parse_rate(std::string_view text) {
  std::string_view rest = text;
  long double number = 0;
  if (!take_number(rest, number)) return bad_value("rate", text, kRateHelp);
  const Unit* unit = find_unit(kRateUnits, rest.empty() ? std::string_view("/s") : rest);
  if (unit == nullptr) return bad_value("rate", text, kRateHelp);
  if (number > static_cast<long double>(std::numeric_limits<std::uint64_t>::max())) {
    return too_big("rate", text);
  }
  return Rate{static_cast<double>(number / static_cast<long double>(unit->factor))};
}

std::string format_duration(Duration duration) {
  if (duration.count() == 0) return "0s";
  const bool negative = duration.count() < 0;
  const auto count = static_cast<std::uint64_t>(duration.count());
  const std::uint64_t nanoseconds = negative ? 0 - count : count;
  const std::string sign = negative ? "-" : "";
  if (nanoseconds < 1000) return sign + std::to_string(nanoseconds) + "ns";

  struct Step {
    const char* unit;
    std::uint64_t thousandth;   // of the unit, in nanoseconds
    std::uint64_t thousandths;  // of the unit, where the next unit begins
  };
  for (const Step& step : {Step{"us", 1, 1'000'000}, Step{"ms", 1'000, 1'000'000},
                           Step{"s", 1'000'000, 60'000}}) {
    const std::uint64_t rounded = (nanoseconds + step.thousandth / 2) / step.thousandth;
    if (rounded < step.thousandths) return sign + decimal(rounded) + step.unit;
  }
  return sign + format_from_minutes((nanoseconds + 500'000) / 1'000'000);
}

std::string format_byte_size(ByteSize size) {
  if (size.bytes < 1024) return std::to_string(size.bytes) + "B";
  constexpr std::array<std::pair<const char*, unsigned>, 3> kSteps{
      {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}};
  for (const auto& [unit, shift] : kSteps) {
    const std::uint64_t whole = size.bytes >> shift;
    const std::uint64_t rest = size.bytes & ((std::uint64_t{1} << shift) - 1);
    const std::uint64_t half = std::uint64_t{1} << (shift - 1);
    const std::uint64_t thousandths = whole * 1000 + ((rest * 1000 + half) >> shift);
    if (thousandths < 1'024'000 || shift == kSteps.back().second) {
      return decimal(thousandths) + unit;
    }
  }
  return {};
}

std::string format_rate(Rate rate) {
  // The first unit in which the number needs no more than three decimals.
  for (const Unit& unit : kRateUnits) {
    const double thousandths = rate.per_second * static_cast<double>(unit.factor) * 1000;
    const double rounded = std::round(thousandths);
    const bool whole = std::abs(thousandths - rounded) <= 1e-9 * std::max(1.0, rounded);
    if (rounded >= 0 && rounded < 1e18 && whole && (rounded > 0 || rate.per_second == 0)) {
      return decimal(static_cast<std::uint64_t>(rounded)) + std::string(unit.name);
    }
  }
  return format("%.6g/s", rate.per_second);
}

}  // namespace wsb

#include "core/proto/http/range.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

#include "core/base/check.h"
#include "core/base/text.h"

namespace wsb::http {
namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Of digits. A number beyond 64 bits is beyond every file too: the largest stands for it.
std::uint64_t to_number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return parsed.ec == std::errc{} ? value : std::numeric_limits<std::uint64_t>::max();
}

ByteRange last_bytes(std::uint64_t count, std::uint64_t total) {
  if (count == 0) return {RangeKind::unsatisfiable, 0, 0};
  // All of nothing has no Content-Range.
  if (total == 0) return {RangeKind::whole, 0, 0};
  const std::uint64_t size = std::min(count, total);
  return {RangeKind::part, total - size, size};
}

// One range of §14.1.1: "first-last", "first-" or "-count"; nullopt: something else.
std::optional<ByteRange> read_range(std::string_view spec, std::uint64_t total) {
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view first = spec.substr(0, dash);
  const std::string_view last = spec.substr(dash + 1);
  if (!all_digits(first) || !all_digits(last)) return std::nullopt;
  if (first.empty()) {
    if (last.empty()) return std::nullopt;
    return last_bytes(to_number(last), total);
  }
  const std::uint64_t from = to_number(first);
  const std::uint64_t to =
      last.empty() ? std::numeric_limits<std::uint64_t>::max() : to_number(last);
  if (to < from) return std::nullopt;
  if (from >= total) return ByteRange{RangeKind::unsatisfiable, 0, 0};
  return ByteRange{RangeKind::part, from, std::min(to, total - 1) - from + 1};
}

bool if_range_holds(const Headers& headers, const Validators& current) {
  const std::vector<std::string_view> values = headers.all("If-Range");
  if (values.empty()) return true;
  return values.size() == 1 && etags_match_strongly(trim(values.front()), current.etag);
}

// What follows "bytes=" in the one Range field; nullopt: no such field, or another unit.
std::optional<std::string_view> range_set(const Headers& headers) {
  static constexpr std::string_view kUnit = "bytes=";
  const std::vector<std::string_view> values = headers.all("Range");
  if (values.size() != 1) return std::nullopt;
  const std::string_view value = trim(values.front());
  if (!equals_ignore_case(value.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  return value.substr(kUnit.size());
}

}  // namespace

ByteRange choose_range(const Headers& headers, std::uint64_t total, const Validators& current) {
  const ByteRange whole{RangeKind::whole, 0, total};
  const std::optional<std::string_view> set = range_set(headers);
  if (!set || !if_range_holds(headers, current)) return whole;
  const std::vector<std::string_view> specs = split_list(*set);
  if (specs.size() != 1) return whole;
  return read_range(specs.front(), total).value_or(whole);
}

std::string content_range(const ByteRange& part, std::uint64_t total) {
  WSB_CHECK(part.kind == RangeKind::part && part.size > 0 && part.offset + part.size <= total);
  return "bytes " + std::to_string(part.offset) + "-" +
         std::to_string(part.offset + part.size - 1) + "/" + std::to_string(total);
}

std::string unsatisfied_content_range(std::uint64_t total) {
  return "bytes */" + std::to_string(total);
}

}  // namespace wsb::http

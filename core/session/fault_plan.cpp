#include "core/session/fault_plan.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "core/base/text.h"
#include "core/base/units.h"

namespace wsb::session {
namespace {

constexpr Duration kLongest = std::chrono::hours(24 * 365);  // so that sums do not overflow

Error bad_fault(std::string_view part, const std::string& why) {
  return make_error(ErrorCode::invalid_argument,
                    "invalid fault '" + std::string(part) + "': " + why);
}

bool read_count(std::string_view text, std::uint32_t& count) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() && count > 0;
}

Result<void> read_chance(std::string_view part, std::string_view value, Chance& chance) {
  const std::size_t slash = value.find('/');
  Chance read;
  if (slash == std::string_view::npos || !read_count(value.substr(0, slash), read.times) ||
      !read_count(value.substr(slash + 1), read.of) || read.times > read.of) {
    return bad_fault(part, "expected a chance such as '1/1000'");
  }
  chance = read;
  return {};
}

Result<void> read_delay(std::string_view part, std::string_view value, Duration& delay) {
  const Result<Duration> read = parse_duration(value);
  if (!read || *read > kLongest) return bad_fault(part, "expected a duration such as 'delay=5ms'");
  delay = *read;
  return {};
}

Result<void> read_stall(std::string_view part, std::string_view value, FaultPlan& plan) {
  const std::size_t at = value.find('@');
  const Result<Duration> length = parse_duration(value.substr(0, at));
  const Result<Duration> begin =
      parse_duration(at == std::string_view::npos ? std::string_view() : value.substr(at + 1));
  if (!length || !begin || *length == Duration::zero() || *length > kLongest || *begin > kLongest) {
    return bad_fault(part, "expected a duration and when it begins, such as 'stall=1s@5s'");
  }
  plan.stalls.push_back({*length, *begin});
  return {};
}

Result<void> read_part(std::string_view part, std::string_view name, std::string_view value,
                       FaultPlan& plan) {
  if (name == "stall") return read_stall(part, value, plan);
  if (name == "delay") return read_delay(part, value, plan.delay);
  if (name == "drop") return read_chance(part, value, plan.drop);
  if (name == "dup") return read_chance(part, value, plan.dup);
  if (name == "reorder") return read_chance(part, value, plan.reorder);
  if (name == "close") return read_chance(part, value, plan.close);
  return bad_fault(part, "expected one of stall, drop, dup, reorder, delay and close");
}

}  // namespace

Result<FaultPlan> parse_fault_plan(std::string_view text) {
  FaultPlan plan;
  std::set<std::string_view> seen;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    WSB_TRY(read_part(part, name, value, plan));
    if (name != "stall" && !seen.insert(name).second) {
      return bad_fault(part, "'" + std::string(name) + "' is there twice");
    }
  }
  std::sort(plan.stalls.begin(), plan.stalls.end(),
            [](const FaultPlan::Stall& a, const FaultPlan::Stall& b) { return a.at < b.at; });
  for (std::size_t i = 1; i < plan.stalls.size(); ++i) {
    const FaultPlan::Stall& before = plan.stalls[i - 1];
    if (before.at + before.length >= plan.stalls[i].at) {
      return bad_fault(
          "stall=" + format_duration(plan.stalls[i].length) + "@" +
              format_duration(plan.stalls[i].at),
          "it begins before the stall at " + format_duration(before.at) + " has ended");
    }
  }
  return plan;
}

bool FaultInjector::happens(const Chance& chance) {
  if (chance.times == 0) return false;
  const std::uint64_t roll = (std::uint64_t{random_.next_u32()} * chance.of) >> 32U;
  return roll < chance.times;
}

FaultAction FaultInjector::choose() {
  // Each chance is rolled for each message, so that one fault does not shift the others.
  const bool closes = happens(plan_.close);
  const bool drops = happens(plan_.drop);
  const bool doubles = happens(plan_.dup);
  const bool reorders = happens(plan_.reorder);
  if (closes) return FaultAction::close;
  if (drops) return FaultAction::drop;
  if (doubles) return FaultAction::send_twice;
  if (reorders && !holding_) return FaultAction::hold;
  return FaultAction::pass;
}

TimePoint FaultInjector::due(TimePoint now) {
  TimePoint due = now + plan_.delay;
  for (const FaultPlan::Stall& stall : plan_.stalls) {
    const TimePoint begin = start_ + stall.at;
    if (due < begin || due >= begin + stall.length) continue;
    due = begin + stall.length;
    ++counts_.stalled;
  }
  return due;
}

FaultDecision FaultInjector::decide(TimePoint now) {
  FaultDecision decision;
  decision.action = choose();
  ++counts_.messages;
  switch (decision.action) {
    case FaultAction::close: ++counts_.closed; break;
    case FaultAction::drop: ++counts_.dropped; break;
    case FaultAction::send_twice: ++counts_.doubled; break;
    case FaultAction::hold: ++counts_.reordered; break;
    case FaultAction::pass: break;
  }
  decision.not_before = due(now);
  if (decision.action == FaultAction::hold) {
    holding_ = true;
  } else if (decision.action == FaultAction::pass || decision.action == FaultAction::send_twice) {
    decision.send_held = holding_;
    holding_ = false;
  }
  return decision;
}

}  // namespace wsb::session

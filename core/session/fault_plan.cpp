#include "core/session/fault_plan.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
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
  const Result<Duration> every =
      parse_duration(at == std::string_view::npos ? std::string_view() : value.substr(at + 1));
  if (!length || !every || *length == Duration::zero() || *every > kLongest) {
    return bad_fault(part, "expected how long and how often, such as 'stall=1s@5s'");
  }
  if (*length >= *every) return bad_fault(part, "it would never end");
  plan.stall = {*length, *every};
  return {};
}

Result<void> read_after(std::string_view part, std::string_view value, FaultPlan& plan) {
  if (read_count(value, plan.after)) return {};
  return bad_fault(part, "expected a number of messages such as 'after=100'");
}

Result<void> read_part(std::string_view part, std::string_view name, std::string_view value,
                       FaultPlan& plan) {
  if (name == "stall") return read_stall(part, value, plan);
  if (name == "delay") return read_delay(part, value, plan.delay);
  if (name == "drop") return read_chance(part, value, plan.drop);
  if (name == "dup") return read_chance(part, value, plan.dup);
  if (name == "reorder") return read_chance(part, value, plan.reorder);
  if (name == "close") return read_chance(part, value, plan.close);
  if (name == "after") return read_after(part, value, plan);
  return bad_fault(part, "expected one of stall, drop, dup, reorder, delay, close and after");
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
    if (!seen.insert(name).second) {
      return bad_fault(part, "'" + std::string(name) + "' is there twice");
    }
  }
  return plan;
}

FaultCounts& FaultCounts::operator+=(const FaultCounts& other) {
  messages += other.messages;
  dropped += other.dropped;
  doubled += other.doubled;
  reordered += other.reordered;
  stalled += other.stalled;
  closed += other.closed;
  overflowed += other.overflowed;
  return *this;
}

std::string describe(const FaultCounts& counts) {
  std::string text = with_thousands(counts.messages) + " messages";
  const auto add = [&text](std::uint64_t count, std::string_view what) {
    if (count > 0) text += ", " + with_thousands(count) + ' ' + std::string(what);
  };
  add(counts.dropped, "dropped");
  add(counts.doubled, "sent twice");
  add(counts.reordered, "out of order");
  add(counts.stalled, "stalled");
  add(counts.closed, "connections closed");
  add(counts.overflowed, "lost as too many waited");
  return text;
}

bool FaultInjector::happens(const Chance& chance) {
  if (chance.times == 0) return false;
  const std::uint64_t roll = (std::uint64_t{random_->next_u32()} * chance.of) >> 32U;
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
  if (reorders) return FaultAction::hold;
  return FaultAction::pass;
}

FaultDecision FaultInjector::decide(TimePoint now) {
  FaultDecision decision;
  decision.action = spared_ < plan_.after ? FaultAction::pass : choose();
  spared_ = std::min(spared_ + 1, plan_.after);
  decision.not_before = now + plan_.delay;
  const Duration since = decision.not_before - start_;
  if (plan_.stall.length == Duration::zero() || since < plan_.stall.every) return decision;
  const Duration into = since % plan_.stall.every;
  if (into >= plan_.stall.length) return decision;
  decision.stalled = true;
  decision.not_before += plan_.stall.length - into;
  return decision;
}

}  // namespace wsb::session

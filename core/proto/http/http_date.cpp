#include "core/proto/http/http_date.h"

#include <array>
#include <cstddef>
#include <span>

#include "core/base/text.h"

namespace wsb::http {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year = 0;
  unsigned month = 0;  // 1 to 12
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

// Reads from the front of a text; false leaves the scanner of no more use.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool literal(std::string_view wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(wanted.size());
    return true;
  }
  bool digits(std::size_t count, int& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return false;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }
  bool day(unsigned& value) {
    int number = 0;
    if (!digits(2, number)) return false;
    value = static_cast<unsigned>(number);
    return true;
  }
  // The index of the name at the front, from 1; 0: none of them.
  unsigned one_of(std::span<const std::string_view> names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (literal(names[i])) return static_cast<unsigned>(i) + 1;
    }
    return 0;
  }
  bool month(unsigned& value) {
    value = one_of(kMonths);
    return value != 0;
  }
  bool time_of_day(Fields& f) {
    return digits(2, f.hour) && literal(":") && digits(2, f.minute) && literal(":") &&
           digits(2, f.second);
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool scan_imf_fixdate(std::string_view text, Fields& f) {
  Scanner in(text);
  return in.one_of(kDays) != 0 && in.literal(", ") && in.day(f.day) && in.literal(" ") &&
         in.month(f.month) && in.literal(" ") && in.digits(4, f.year) && in.literal(" ") &&
         in.time_of_day(f) && in.literal(" GMT") && in.at_end();
}

bool scan_rfc850_date(std::string_view text, Fields& f) {
  Scanner in(text);
  return in.one_of(kLongDays) != 0 && in.literal(", ") && in.day(f.day) && in.literal("-") &&
         in.month(f.month) && in.literal("-") && in.digits(2, f.year) && in.literal(" ") &&
         in.time_of_day(f) && in.literal(" GMT") && in.at_end();
}

bool scan_asctime_day(Scanner& in, unsigned& day) {
  int digit = 0;
  if (!in.literal(" ")) return in.day(day);
  if (!in.digits(1, digit)) return false;
  day = static_cast<unsigned>(digit);
  return true;
}

bool scan_asctime_date(std::string_view text, Fields& f) {
  Scanner in(text);
  return in.one_of(kDays) != 0 && in.literal(" ") && in.month(f.month) && in.literal(" ") &&
         scan_asctime_day(in, f.day) && in.literal(" ") && in.time_of_day(f) && in.literal(" ") &&
         in.digits(4, f.year) && in.at_end();
}

int year_of(sys_seconds time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return static_cast<int>(date.year());
}

// A second of 60 is a leap second; it is the first of the next minute to us.
std::optional<sys_seconds> to_time(const Fields& f) {
  using namespace std::chrono;
  const year_month_day date{year(f.year), month(f.month), day(f.day)};
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
  return sys_days(date) + hours(f.hour) + minutes(f.minute) + seconds(f.second);
}

}  // namespace

std::string format_http_date(sys_seconds time) {
  using namespace std::chrono;
  const sys_days midnight = floor<days>(time);
  const year_month_day date(midnight);
  const int year_number = static_cast<int>(date.year());
  if (year_number < 0 || year_number > 9999) return "";
  const hh_mm_ss clock(time - midnight);
  return format("%s, %02u %s %04d %02d:%02d:%02d GMT", kDays[weekday(midnight).c_encoding()].data(),
                static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1].data(), year_number,
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
}

std::optional<sys_seconds> parse_http_date(std::string_view text, sys_seconds now) {
  Fields fields;
  if (scan_imf_fixdate(text, fields) || scan_asctime_date(text, fields)) return to_time(fields);
  if (!scan_rfc850_date(text, fields)) return std::nullopt;
  const int this_year = year_of(now);
  fields.year += this_year - this_year % 100;
  if (fields.year > this_year + 50) fields.year -= 100;
  if (fields.year <= this_year - 50) fields.year += 100;
  return to_time(fields);
}

}  // namespace wsb::http

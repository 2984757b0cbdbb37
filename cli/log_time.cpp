#include "cli/log_time.h"

#include <array>
#include <cstddef>
#include <ctime>

#include "core/base/text.h"

namespace wsb::cli {
namespace {

struct Moment {
  std::tm utc{};
  int milliseconds = 0;
};

Moment moment_of(std::chrono::system_clock::time_point time) {
  const auto ms =
      std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = ms / 1000;
  Moment moment;
  gmtime_r(&seconds, &moment.utc);
  moment.milliseconds = static_cast<int>(ms % 1000);
  return moment;
}

constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string iso_time(std::chrono::system_clock::time_point time) {
  const auto [utc, milliseconds] = moment_of(time);
  return format("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900, utc.tm_mon + 1,
                utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds);
}

std::string common_log_time(std::chrono::system_clock::time_point time) {
  const std::tm utc = moment_of(time).utc;
  return format("%02d/%s/%04d:%02d:%02d:%02d +0000", utc.tm_mday,
                kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
}

}  // namespace wsb::cli

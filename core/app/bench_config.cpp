#include "core/app/bench_config.h"

#include "core/base/text.h"
#include "core/load/token.h"
#include "core/proto/socketio/event.h"

namespace wsb::app {
namespace {

constexpr std::size_t kMaxClients = 1'000'000;
constexpr std::size_t kMaxCanaries = 1'000;
constexpr std::size_t kMaxPublishers = 1'000;
constexpr std::size_t kMaxThreads = 256;
constexpr double kMaxRate = 1e6;
constexpr ByteSize kMaxSize = 16_MiB;
constexpr Duration kMaxTime = std::chrono::hours(24);
// 16 bytes for each: 160 MB.
constexpr std::size_t kMaxPairs = 10'000'000;
// Sequence numbers are 32 bits wide.
constexpr double kMaxMessages = 4e9;

Error refuse(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

Result<void> check_count(const char* option, std::size_t value, std::size_t least,
                         std::size_t most) {
  if (value >= least && value <= most) return {};
  return refuse(format("%s must be %zu to %zu, not %zu", option, least, most, value));
}

Result<void> check_time(const char* option, Duration value, Duration least) {
  if (value >= least && value <= kMaxTime) return {};
  return refuse(format("%s must be %s to %s, not %s", option, format_duration(least).c_str(),
                       format_duration(kMaxTime).c_str(), format_duration(value).c_str()));
}

Result<void> check_load(const BenchConfig& config) {
  if (!(config.rate.per_second > 0 && config.rate.per_second <= kMaxRate)) {
    return refuse("--rate must be above 0 and at most " + format_rate(Rate{kMaxRate}) + ", not " +
                  format_rate(config.rate));
  }
  if (!(config.connect_rate.per_second >= 0)) {
    return refuse("--connect-rate must not be negative (0: as fast as it goes)");
  }
  const double seconds = std::chrono::duration<double>(config.warmup + config.duration).count();
  if (config.rate.per_second * seconds > kMaxMessages) {
    return refuse("--rate times --duration is more than 4,000,000,000 messages");
  }
  if (config.publishers * (config.clients + config.canaries) > kMaxPairs) {
    return refuse("--publishers times --clients is more than 10,000,000: too much to account for");
  }
  return {};
}

}  // namespace

Result<void> BenchConfig::validate() const {
  WSB_TRY(check_count("--clients", clients, 1, kMaxClients));
  WSB_TRY(check_count("--canaries", canaries, 0, kMaxCanaries));
  WSB_TRY(check_count("--publishers", publishers, 1, kMaxPublishers));
  WSB_TRY(check_count("--threads", threads, 0, kMaxThreads));
  if (size.bytes < load::kTokenBytes || size > kMaxSize) {
    return refuse(
        format("--size must be %zuB to %s, not %s: every message carries a mark of %zu "
               "bytes",
               load::kTokenBytes, format_byte_size(kMaxSize).c_str(),
               format_byte_size(size).c_str(), load::kTokenBytes));
  }
  if (socketio && socketio::is_reserved_event(socketio->event)) {
    return refuse("--event: '" + socketio->event + "' is a reserved name of Socket.IO, no event");
  }
  WSB_TRY(check_time("--duration", duration, std::chrono::milliseconds(1)));
  WSB_TRY(check_time("--warmup", warmup, Duration{0}));
  WSB_TRY(check_time("--drain", drain, Duration{0}));
  return check_load(*this);
}

}  // namespace wsb::app

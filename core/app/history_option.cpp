#include "core/app/history_option.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "core/base/limits.h"

namespace wsb::app {

namespace {

Error invalid(std::string message) {
  return make_error(ErrorCode::invalid_argument, "--history " + std::move(message));
}

}  // namespace

Result<hub::HistoryLimits> parse_history(std::string_view text, ByteSize max_backlog) {
  hub::HistoryLimits limits;
  if (text.empty()) return limits;
  const std::size_t comma = text.find(',');
  const std::string_view number = text.substr(0, comma);
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, limits.messages);
  if (error != std::errc() || stop != end || limits.messages == 0 ||
      limits.messages > limits::kRoomHistoryMessages) {
    return invalid("must be a number of messages from 1 to " +
                   std::to_string(limits::kRoomHistoryMessages) +
                   ", then perhaps a comma and bytes, not '" + std::string(text) + "'");
  }
  const ByteSize most{max_backlog.bytes / 2};
  limits.bytes = std::min(limits.bytes, most);
  if (comma == std::string_view::npos) return limits;
  const Result<ByteSize> bytes = parse_byte_size(text.substr(comma + 1));
  if (!bytes) return invalid("N,BYTES: " + bytes.error().text());
  if (bytes->bytes == 0 || bytes->bytes > limits::kRoomHistoryBytes) {
    return invalid("N,BYTES must be 1B to " + format_byte_size({limits::kRoomHistoryBytes}) +
                   ", not " + format_byte_size(*bytes));
  }
  if (*bytes > most) {
    return invalid("N,BYTES must be at most half of --max-backlog, " + format_byte_size(most) +
                   ": whoever reads what was kept must not be too slow at once");
  }
  limits.bytes = *bytes;
  return limits;
}

}  // namespace wsb::app

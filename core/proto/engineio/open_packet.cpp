#include "core/proto/engineio/open_packet.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/json_scanner.h"
#include "core/base/json_text.h"

namespace wsb::engineio {
namespace {

constexpr std::size_t kMembersMax = 64;
constexpr std::uint64_t kDayMs = 86'400'000;

std::string milliseconds(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

Error refuse(std::string_view member) {
  return make_error(ErrorCode::protocol,
                    "the open packet has no usable '" + std::string(member) + "'");
}

std::optional<std::uint64_t> read_count(std::string_view json) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), value);
  if (error != std::errc{} || end != json.data() + json.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> count_member(const JsonMembers& members, std::string_view name) {
  const std::optional<std::string_view> json = find_json_member(members, name);
  return json ? read_count(*json) : std::nullopt;
}

Result<Duration> time_member(const JsonMembers& members, std::string_view name) {
  const std::optional<std::uint64_t> value = count_member(members, name);
  if (!value || *value == 0 || *value > kDayMs) return refuse(name);
  return Duration(std::chrono::milliseconds(*value));
}

// nullopt: no array of strings.
std::optional<bool> lists_websocket(const JsonMembers& members) {
  const std::optional<std::string_view> json = find_json_member(members, "upgrades");
  std::vector<std::string_view> elements;
  if (!json || !split_json_array(*json, elements, kMembersMax)) return std::nullopt;
  bool found = false;
  std::string name;
  for (const std::string_view element : elements) {
    if (!read_json_string(element, name)) return std::nullopt;
    found = found || name == "websocket";
  }
  return found;
}

}  // namespace

void append_open(Bytes& out, const OpenPacket& open) {
  out += R"({"sid":)";
  append_json_string(out, open.sid);
  out += R"(,"upgrades":)";
  out += open.upgrade_to_websocket ? R"(["websocket"])" : "[]";
  out += R"(,"pingInterval":)" + milliseconds(open.ping_interval);
  out += R"(,"pingTimeout":)" + milliseconds(open.ping_timeout);
  out += R"(,"maxPayload":)" + std::to_string(open.max_payload) + "}";
}

Result<OpenPacket> parse_open(BytesView json) {
  JsonMembers members;
  if (!split_json_object(json, members, kMembersMax)) {
    return make_error(ErrorCode::protocol, "the open packet is no JSON object");
  }
  OpenPacket open;
  const std::optional<std::string_view> sid = find_json_member(members, "sid");
  if (!sid || !read_json_string(*sid, open.sid) || open.sid.empty()) return refuse("sid");
  const std::optional<bool> upgrade = lists_websocket(members);
  if (!upgrade) return refuse("upgrades");
  open.upgrade_to_websocket = *upgrade;
  const Result<Duration> interval = time_member(members, "pingInterval");
  if (!interval) return interval.error();
  open.ping_interval = *interval;
  const Result<Duration> timeout = time_member(members, "pingTimeout");
  if (!timeout) return timeout.error();
  open.ping_timeout = *timeout;
  if (find_json_member(members, "maxPayload")) {
    const std::optional<std::uint64_t> max_payload = count_member(members, "maxPayload");
    if (!max_payload) return refuse("maxPayload");
    open.max_payload = *max_payload;
  }
  return open;
}

}  // namespace wsb::engineio

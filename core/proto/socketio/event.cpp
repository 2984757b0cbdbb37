#include "core/proto/socketio/event.h"

#include <algorithm>
#include <array>

#include "core/base/json_scanner.h"
#include "core/base/json_text.h"
#include "core/base/limits.h"

namespace wsb::socketio {
namespace {

constexpr std::array<std::string_view, 6> kReserved = {
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};

Error refuse(std::string why) { return make_error(ErrorCode::protocol, std::move(why)); }

bool is_number(BytesView json) {
  return !json.empty() && (json.front() == '-' || (json.front() >= '0' && json.front() <= '9'));
}

void append_list(Bytes& out, std::span<const BytesView> elements, bool first) {
  for (const BytesView element : elements) {
    if (!first) out.push_back(',');
    first = false;
    out.append(element);
  }
  out.push_back(']');
}

}  // namespace

bool is_reserved_event(std::string_view name) {
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

Result<void> parse_event(BytesView json, Event& event) {
  if (!split_json_array(json, event.elements, limits::kEventArguments + 1)) {
    return refuse("the payload of an event is no JSON array that is taken");
  }
  if (event.elements.empty()) return refuse("an event without a name");
  const BytesView name = event.elements.front();
  if (is_number(name)) {
    event.name = name;
    return {};
  }
  if (!read_json_string(name, event.name)) return refuse("the name of an event is no string");
  if (is_reserved_event(event.name)) return refuse("an event with the reserved name " + event.name);
  return {};
}

Result<void> parse_ack(BytesView json, std::vector<BytesView>& args) {
  if (split_json_array(json, args, limits::kEventArguments)) return {};
  return refuse("the payload of an ack is no JSON array that is taken");
}

void append_event(Bytes& out, std::string_view nsp, std::optional<std::uint64_t> id,
                  std::string_view name, std::span<const BytesView> args, std::size_t attachments) {
  const PacketType type = attachments > 0 ? PacketType::binary_event : PacketType::event;
  append_packet(out, {type, attachments, nsp, id, {}});
  out.push_back('[');
  append_json_string(out, name);
  append_list(out, args, false);
}

void append_ack(Bytes& out, std::string_view nsp, std::uint64_t id, std::span<const BytesView> args,
                std::size_t attachments) {
  const PacketType type = attachments > 0 ? PacketType::binary_ack : PacketType::ack;
  append_packet(out, {type, attachments, nsp, id, {}});
  out.push_back('[');
  append_list(out, args, true);
}

}  // namespace wsb::socketio

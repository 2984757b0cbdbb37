#include "core/app/serve_rooms.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/limits.h"
#include "core/proto/http/query.h"
#include "core/session/message_id.h"
#include "core/session/room_commands.h"
#include "core/session/room_name.h"

namespace wsb::app {
namespace {

using Kind = RoomAnswer::Kind;

std::vector<std::string> names_in(const hub::RoomsRef& rooms) {
  return rooms == nullptr ? std::vector<std::string>{""} : rooms->names();
}

bool is_in(const hub::RoomsRef& rooms, const std::string& room) {
  return rooms == nullptr ? room.empty() : rooms->contains(room);
}

RoomAnswer refusal(std::string_view why) {
  RoomAnswer answer{Kind::told, {}, {}};
  session::append_room_error(answer.payload, why);
  return answer;
}

std::string too_many() {
  return "more than " + std::to_string(limits::kRoomsPerClient) + " rooms for one client";
}

RoomAnswer join(std::string room, hub::RoomsRef& rooms, std::size_t rooms_open) {
  RoomAnswer answer{Kind::told, {}, {}};
  if (!is_in(rooms, room)) {
    std::vector<std::string> names = names_in(rooms);
    if (names.size() >= limits::kRoomsPerClient) return refusal("cannot join: " + too_many());
    if (rooms_open >= limits::kRooms) return refusal("cannot join: the server has too many rooms");
    names.push_back(room);
    rooms = hub::make_rooms(std::move(names));
    answer.kind = Kind::joined;
  }
  session::append_joined(answer.payload, room);
  answer.room = std::move(room);
  return answer;
}

RoomAnswer leave(std::string room, hub::RoomsRef& rooms) {
  RoomAnswer answer{Kind::told, {}, {}};
  if (is_in(rooms, room)) {
    std::vector<std::string> names = names_in(rooms);
    names.erase(std::remove(names.begin(), names.end(), room), names.end());
    rooms = hub::make_rooms(std::move(names));
    answer.kind = Kind::left;
  }
  session::append_left(answer.payload, room);
  answer.room = std::move(room);
  return answer;
}

}  // namespace

Result<hub::RoomsRef> rooms_of_query(std::string_view text) {
  if (text.find("room=") == std::string_view::npos) return hub::RoomsRef();
  const Result<http::Query> query = http::Query::parse(text);
  if (!query) return make_error(ErrorCode::invalid_argument, query.error().text());
  std::vector<std::string> names;
  for (const std::string_view name : query->all("room")) {
    WSB_TRY(session::check_room_name(name));
    names.emplace_back(name);
  }
  if (names.empty()) return hub::RoomsRef();
  if (names.size() > limits::kRoomsPerClient) {
    return make_error(ErrorCode::invalid_argument, too_many());
  }
  return hub::make_rooms(std::move(names));
}

Result<std::optional<std::uint64_t>> since_of_query(std::string_view text) {
  if (text.find("since=") == std::string_view::npos) return std::optional<std::uint64_t>();
  const Result<http::Query> query = http::Query::parse(text);
  if (!query) return make_error(ErrorCode::invalid_argument, query.error().text());
  const std::vector<std::string_view> values = query->all("since");
  if (values.empty()) return std::optional<std::uint64_t>();
  const std::optional<std::uint64_t> since = session::parse_message_id(values.back());
  if (since) return since;
  return make_error(ErrorCode::invalid_argument, "'since' is no id of a message");
}

std::string_view query_of(std::string_view target) {
  const std::size_t mark = target.find('?');
  return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

RoomAnswer obey_room_command(BytesView text, hub::RoomsRef& rooms, std::size_t rooms_open) {
  Result<session::RoomCommand> parsed = session::parse_room_command(text);
  if (!parsed) return refusal(parsed.error().message);
  if (auto* command = std::get_if<session::JoinCommand>(&*parsed)) {
    RoomAnswer answer = join(std::move(command->room), rooms, rooms_open);
    answer.since = command->since;
    return answer;
  }
  if (auto* command = std::get_if<session::LeaveCommand>(&*parsed)) {
    return leave(std::move(command->room), rooms);
  }
  if (auto* command = std::get_if<session::PublishCommand>(&*parsed)) {
    return {Kind::publish, std::move(command->room), std::move(command->payload)};
  }
  if (rooms != nullptr && rooms->names().empty()) {
    return refusal("cannot publish: you are in no room");
  }
  return {};
}

}  // namespace wsb::app

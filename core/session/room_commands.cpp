#include "core/session/room_commands.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/session/message_id.h"
#include "core/session/room_name.h"

namespace wsb::session {
namespace {

constexpr std::string_view kWhiteSpace = " \t\r\n";

// Walks over a text that is known to be valid JSON, to find where values begin and end: the payload
// goes on as it was written, however large, without being built as a document.
class JsonWalker {
 public:
  explicit JsonWalker(BytesView valid_json) : text_(valid_json) {}

  // Past white space and one of `marks`; which one it was, or 0 when there is something else.
  char skip(std::string_view marks) {
    skip_white_space();
    if (at_ == text_.size() || marks.find(text_[at_]) == std::string_view::npos) return 0;
    return text_[at_++];
  }
  BytesView value() {
    skip_white_space();
    const std::size_t begin = at_;
    if (text_[at_] == '"') {
      skip_string();
    } else if (text_[at_] == '{' || text_[at_] == '[') {
      skip_container();
    } else {
      at_ = text_.find_first_of(" \t\r\n,}]", at_);
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  void skip_white_space() {
    at_ = std::min(text_.find_first_not_of(kWhiteSpace, at_), text_.size());
  }
  void skip_string() {
    for (++at_; text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    ++at_;
  }
  void skip_container() {
    std::size_t depth = 0;
    do {
      const char c = text_[at_];
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    } while (depth > 0);
  }

  BytesView text_;
  std::size_t at_ = 0;
};

// nullopt: it is no string.
std::optional<std::string> string_of(BytesView json) {
  if (json.empty() || json.front() != '"') return std::nullopt;
  const nlohmann::json value = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

struct Members {
  BytesView type, room, payload, since;  // JSON; empty: not there
};

std::optional<Members> members_of(BytesView text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == BytesView::npos || text[first] != '{' || !is_json_container(text)) {
    return std::nullopt;
  }
  Members members;
  JsonWalker walker(text);
  walker.skip("{");
  if (walker.skip("}") != 0) return members;
  do {
    const std::optional<std::string> name = string_of(walker.value());
    walker.skip(":");
    const BytesView value = walker.value();
    if (name == "type") members.type = value;
    if (name == "room") members.room = value;
    if (name == "payload") members.payload = value;
    if (name == "since") members.since = value;
  } while (walker.skip(",}") == ',');
  return members;
}

Error refuse(const std::string& type, const std::string& why) {
  return make_error(ErrorCode::invalid_argument, "cannot " + type + ": " + why);
}

void append_answer(Bytes& out, std::string_view type, std::string_view member,
                   std::string_view value) {
  out += R"({"type":")";
  out += type;
  out += R"(",")";
  out += member;
  out += R"(":)";
  append_json_string(out, value);
  out += '}';
}

}  // namespace

Result<RoomCommand> parse_room_command(BytesView text) {
  const std::optional<Members> members = members_of(text);
  if (!members) return RoomCommand();
  const std::optional<std::string> type = string_of(members->type);
  const bool publishes = type == "publish";
  if (type != "join" && type != "leave" && !publishes) return RoomCommand();

  std::optional<std::string> room = string_of(members->room);
  if (!room) return refuse(*type, "'room' is not there or is no string");
  if (Result<void> named = check_room_name(*room); !named) {
    return refuse(*type, named.error().message);
  }
  if (type == "join") {
    const std::optional<std::uint64_t> since = parse_message_id(members->since);
    if (!since && !members->since.empty()) return refuse(*type, "'since' is no id of a message");
    return RoomCommand(JoinCommand{*std::move(room), since});
  }
  if (type == "leave") return RoomCommand(LeaveCommand{*std::move(room)});
  if (members->payload.empty()) return refuse(*type, "'payload' is not there");
  std::optional<std::string> payload = string_of(members->payload);
  return RoomCommand(
      PublishCommand{*std::move(room), payload ? *std::move(payload) : Bytes(members->payload)});
}

void append_joined(Bytes& out, std::string_view room) {
  append_answer(out, "joined", "room", room);
}

void append_left(Bytes& out, std::string_view room) { append_answer(out, "left", "room", room); }

void append_room_error(Bytes& out, std::string_view message) {
  append_answer(out, "error", "message", message);
}

}  // namespace wsb::session

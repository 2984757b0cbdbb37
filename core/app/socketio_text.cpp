#include "core/app/socketio_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/encoding.h"
#include "core/base/json_scanner.h"
#include "core/base/json_text.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/base/utf8.h"
#include "core/proto/socketio/event.h"
#include "core/proto/socketio/placeholder.h"

namespace wsb::app {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kAck = "ack#";

Error refuse(std::string why) { return make_error(ErrorCode::cannot_read, std::move(why)); }

// Valid JSON without the white space between its tokens, on one line that is.
void append_compact(std::string& out, BytesView json) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && kSpace.find(c) != std::string_view::npos) continue;
    out.push_back(c);
    if (c == '"') in_string = !in_string;
    if (in_string && c == '\\') out.push_back(json[++i]);
  }
}

bool is_json(std::string_view text) {
  JsonScanner scanner(text);
  scanner.skip_space();
  return scanner.skip_value() && scanner.at_end() && is_valid_utf8(text);
}

// What is told apart from a JSON string, from "name#7" and from the arguments behind it.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.front() == '"') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '#';
  });
}

void append_argument(std::string& out, BytesView json, std::span<const BytesView> attachments) {
  std::vector<socketio::Placeholder> found;
  if (attachments.empty() || !socketio::find_placeholders(json, attachments.size(), found)) {
    append_compact(out, json);
    return;
  }
  std::size_t from = 0;
  for (const socketio::Placeholder& each : found) {
    append_compact(out, json.substr(from, each.begin - from));
    out += R"({"base64":")" + base64_encode(attachments[each.num]) + "\"}";
    from = each.end;
  }
  append_compact(out, json.substr(from));
}

void append_arguments(std::string& out, std::span<const BytesView> arguments,
                      std::span<const BytesView> attachments) {
  for (const BytesView argument : arguments) {
    out.push_back(' ');
    append_argument(out, argument, attachments);
  }
}

Result<void> check_placeholders(const ClientMessage& message) {
  std::vector<socketio::Placeholder> found;
  if (socketio::find_placeholders(message.payload, message.attachments.size(), found) &&
      found.size() == message.attachments.size()) {
    return {};
  }
  return refuse("an argument with the member _placeholder cannot go with binary ones");
}

// The arguments behind what `message.payload` holds so far, and the end of the array.
Result<ClientMessage> with_arguments(ClientMessage message,
                                     std::span<const EventArgument> arguments) {
  if (arguments.size() > limits::kEventArguments) {
    return refuse("more than " + std::to_string(limits::kEventArguments) + " arguments");
  }
  for (const EventArgument& argument : arguments) {
    if (message.payload.size() > 1) message.payload += ',';
    switch (argument.kind) {
      case EventArgument::Kind::json: append_compact(message.payload, argument.content); break;
      case EventArgument::Kind::string:
        append_json_string(message.payload, argument.content);
        break;
      case EventArgument::Kind::binary:
        socketio::append_placeholder(message.payload, message.attachments.size());
        message.attachments.push_back(argument.content);
        break;
    }
  }
  message.payload += ']';
  if (message.attachments.size() > limits::kAttachments) {
    return refuse("more than " + std::to_string(limits::kAttachments) + " binary arguments");
  }
  if (!message.attachments.empty()) WSB_TRY(check_placeholders(message));
  return message;
}

// Walks over one typed line.
class LineParser {
 public:
  LineParser(std::string_view line, bool binary) : line_(line), binary_(binary) {}

  Result<ClientMessage> run() {
    skip_space();
    if (at_ == line_.size()) return refuse("the name of an event is missing");
    ClientMessage message;
    std::string name;
    if (line_[at_] == '"') {
      const auto json = take_json();
      if (!json) return std::move(json).error();
      if (!read_json_string(*json, name)) return refuse("the name of the event is no string");
    } else {
      const std::string_view word = take_word();
      if (word.starts_with(kAck)) message.answers = ack_id(word.substr(kAck.size()));
      name = word;
    }
    WSB_TRY(take_arguments());
    if (!message.answers) return make_event(name, arguments_);
    message.payload = "[";
    return with_arguments(std::move(message), arguments_);
  }

 private:
  static std::optional<std::uint64_t> ack_id(std::string_view digits) {
    std::uint64_t id = 0;
    const char* const end = digits.data() + digits.size();
    const auto parsed = std::from_chars(digits.data(), end, id);
    if (parsed.ec != std::errc{} || parsed.ptr != end || id > socketio::kMaxAckId) return {};
    return id;
  }

  void skip_space() { at_ = std::min(line_.find_first_not_of(kSpace, at_), line_.size()); }

  std::string_view take_word() {
    const std::size_t begin = at_;
    at_ = std::min(line_.find_first_of(kSpace, at_), line_.size());
    return line_.substr(begin, at_ - begin);
  }

  Result<std::string_view> take_json() {
    JsonScanner scanner(line_.substr(at_));
    const std::size_t begin = at_;
    const bool valid = scanner.skip_value();
    at_ += scanner.position();
    const bool ends = at_ == line_.size() || kSpace.find(line_[at_]) != std::string_view::npos;
    if (valid && ends) return line_.substr(begin, at_ - begin);
    return refuse("what begins at column " + std::to_string(begin + 1) +
                  " is no valid JSON (a string with spaces is written \"so\")");
  }

  Result<void> take_arguments() {
    for (skip_space(); at_ < line_.size(); skip_space()) {
      constexpr std::string_view kJsonBegins = "{[\"";
      if (kJsonBegins.find(line_[at_]) == std::string_view::npos) {
        arguments_.push_back(event_argument(take_word()));
        continue;
      }
      const auto json = take_json();
      if (!json) return json.error();
      if (!binary_ || !take_base64(*json)) {
        arguments_.push_back({EventArgument::Kind::json, Bytes(*json)});
      }
    }
    return {};
  }

  bool take_base64(std::string_view json) {
    JsonMembers members;
    std::string text;
    if (!split_json_object(json, members, 1) || members.size() != 1) return false;
    const auto value = find_json_member(members, "base64");
    if (!value || !read_json_string(*value, text)) return false;
    auto bytes = base64_decode(text);
    if (!bytes) return false;
    arguments_.push_back({EventArgument::Kind::binary, std::move(*bytes)});
    return true;
  }

  std::string_view line_;
  bool binary_;
  std::size_t at_ = 0;
  std::vector<EventArgument> arguments_;
};

}  // namespace

EventArgument event_argument(std::string_view text) {
  const bool json = is_json(text);
  return {json ? EventArgument::Kind::json : EventArgument::Kind::string, Bytes(text)};
}

Result<ClientMessage> make_event(std::string_view name, std::span<const EventArgument> arguments) {
  if (socketio::is_reserved_event(name)) {
    return refuse("'" + std::string(name) + "' is a reserved name of Socket.IO, no event");
  }
  ClientMessage message;
  message.payload = "[";
  append_json_string(message.payload, name);
  return with_arguments(std::move(message), arguments);
}

Result<ClientMessage> parse_event_line(std::string_view line, bool binary) {
  return LineParser(line, binary).run();
}

void append_event_line(std::string& out, const socketio::IncomingEvent& event) {
  if (is_plain_name(event.name)) {
    out += event.name;
  } else {
    append_json_string(out, event.name);
  }
  if (event.ack_id) out += '#' + std::to_string(*event.ack_id);
  append_arguments(out, event.args, event.attachments);
}

void append_ack_line(std::string& out, const socketio::IncomingAck& ack) {
  out += std::string(kAck) + std::to_string(ack.id);
  append_arguments(out, ack.args, ack.attachments);
}

Result<Bytes> check_auth(std::string_view text) {
  std::string compact;
  if (is_json(text)) append_compact(compact, text);
  if (compact.starts_with('{')) return compact;
  return make_error(ErrorCode::invalid_argument,
                    "is no JSON object, such as '{\"token\":\"…\"}'");
}

}  // namespace wsb::app

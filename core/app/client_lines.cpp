#include "core/app/client_lines.h"

#include <string>
#include <utility>

#include "core/app/socketio_text.h"
#include "core/base/limits.h"
#include "core/base/units.h"
#include "core/base/utf8.h"

namespace wsb::app {
namespace {

Error not_utf8(const std::string& what) {
  return make_error(ErrorCode::cannot_read,
                    what + " is not UTF-8 (to send it all the same, use --binary)");
}

}  // namespace

Result<void> LineReader::feed(BytesView bytes, std::vector<ClientMessage>& messages) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    if (partial_.size() + std::min(newline, bytes.size()) > limits::kInputLineBytes) {
      return make_error(ErrorCode::cannot_read, "input line " + std::to_string(lines_ + 1) +
                                                    " is longer than " +
                                                    format_byte_size({limits::kInputLineBytes}));
    }
    if (newline == BytesView::npos) {
      partial_ += bytes;
      return {};
    }
    partial_ += bytes.substr(0, newline);
    bytes.remove_prefix(newline + 1);
    if (!partial_.empty() && partial_.back() == '\r') partial_.pop_back();
    WSB_TRY(take(std::exchange(partial_, {}), messages));
  }
  return {};
}

Result<void> LineReader::finish(std::vector<ClientMessage>& messages) {
  if (partial_.empty()) return {};
  return take(std::exchange(partial_, {}), messages);
}

Result<void> LineReader::take(Bytes line, std::vector<ClientMessage>& messages) {
  ++lines_;
  const std::string name = "input line " + std::to_string(lines_);
  if (form_ == Form::event) return take_event(line, name, messages);
  if (opcode_ == ws::Opcode::text && !is_valid_utf8(line)) {
    return not_utf8(name);
  }
  messages.push_back({opcode_, std::move(line)});
  return {};
}

Result<void> LineReader::take_event(const Bytes& line, const std::string& name,
                                    std::vector<ClientMessage>& messages) const {
  if (!is_valid_utf8(line)) return make_error(ErrorCode::cannot_read, name + " is not UTF-8");
  if (line.find_first_not_of(" \t\r") == Bytes::npos) return {};
  auto event = parse_event_line(line, opcode_ == ws::Opcode::binary);
  if (!event) return std::move(event).error().with_context(name);
  messages.push_back(std::move(*event));
  return {};
}

Result<ClientMessage> whole_message(ws::Opcode opcode, Bytes payload, std::string_view name) {
  if (opcode == ws::Opcode::text && !is_valid_utf8(payload)) return not_utf8(std::string(name));
  return ClientMessage{opcode, std::move(payload)};
}

}  // namespace wsb::app

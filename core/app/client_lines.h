#pragma once

// Cuts a byte stream into messages: one line is one message, of any length, exactly one "\n" or
// "\r\n" is taken off, and a last line without a newline counts too. Text must be UTF-8; it is
// never re-encoded. A line may stand for an event of Socket.IO instead (see socketio_text.h); then
// blank ones are nothing. Pure; owned by whoever reads the stream, one thread.

#include <cstdint>
#include <string>
#include <vector>

#include "core/app/client_message.h"
#include "core/base/result.h"

namespace wsb::app {

class LineReader {
 public:
  enum class Form { message, event };

  explicit LineReader(ws::Opcode opcode, Form form = Form::message)
      : opcode_(opcode), form_(form) {}

  // Appends the messages that `bytes` completes. Errors: ErrorCode::cannot_read for a text line
  // that is not UTF-8, for one beyond limits::kInputLineBytes and for what is no event; the lines
  // before it are in `messages`, nothing is taken after it.
  [[nodiscard]] Result<void> feed(BytesView bytes, std::vector<ClientMessage>& messages);
  // The stream has ended.
  [[nodiscard]] Result<void> finish(std::vector<ClientMessage>& messages);

 private:
  [[nodiscard]] Result<void> take(Bytes line, std::vector<ClientMessage>& messages);
  [[nodiscard]] Result<void> take_event(const Bytes& line, const std::string& name,
                                        std::vector<ClientMessage>& messages) const;

  ws::Opcode opcode_;
  Form form_;
  Bytes partial_;
  std::uint64_t lines_ = 0;
};

// For input that is one message as a whole: `name` says in the error where it came from.
[[nodiscard]] Result<ClientMessage> whole_message(ws::Opcode opcode, Bytes payload,
                                                  std::string_view name);

}  // namespace wsb::app

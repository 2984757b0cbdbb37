// An event of Socket.IO as it is typed.
// Holds: what is taken is a JSON array, an event of which the name can be read, whose placeholders
// are its attachments; what would be printed of it when it came back is one line, and typing that
// again gives the same.

#include "core/app/socketio_text.h"
#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/proto/socketio/event.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb;
  fuzz::FuzzInput input(data, size);
  const bool binary = (input.take_byte() & 1U) != 0;
  const BytesView line = input.rest();
  if (!is_valid_utf8(line)) return 0;  // refused before it comes here
  const Result<app::ClientMessage> message = app::parse_event_line(line, binary);
  if (!message) {
    WSB_CHECK(message.error().code == ErrorCode::cannot_read);
    return 0;
  }
  WSB_CHECK(binary || message->attachments.empty());
  const std::vector<BytesView> attachments(message->attachments.begin(),
                                           message->attachments.end());
  std::string shown;
  if (message->answers) {
    std::vector<BytesView> args;
    WSB_CHECK(socketio::parse_ack(message->payload, args).has_value());
    app::append_ack_line(shown, {"/", *message->answers, args, attachments});
  } else {
    socketio::Event event;
    WSB_CHECK(socketio::parse_event(message->payload, event).has_value());
    app::append_event_line(shown, {"/", event.name, event.args(), attachments, {}});
  }
  WSB_CHECK(shown.find('\n') == std::string::npos && is_valid_utf8(shown));
  const Result<app::ClientMessage> again = app::parse_event_line(shown, binary);
  WSB_CHECK(again.has_value() && *again == *message);
  return 0;
}

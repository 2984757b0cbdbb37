#pragma once

// The code and reason of a Close frame, and their wire form (RFC 6455 §5.5.1 and §7.1.5).
// Value type, any thread.

#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/proto/ws/close_code.h"
#include "core/proto/ws/protocol_error.h"

namespace wsb::ws {

struct CloseInfo {
  CloseCode code = CloseCode::no_status;  // no_status: the frame had an empty body
  std::string reason;                     // UTF-8, at most limits::kCloseReasonBytes

  [[nodiscard]] bool had_code() const { return code != CloseCode::no_status; }
  bool operator==(const CloseInfo&) const = default;
};

// Reads the payload of a Close frame into `out`. One byte, or a code that may not be on the wire,
// fails with 1002; a reason that is not UTF-8 fails with 1007.
[[nodiscard]] std::optional<ProtocolError> parse_close_payload(BytesView payload, CloseInfo& out);

// Appends the payload: nothing for no_status (the reason is then left out). A reason that is too
// long is cut before the character that does not fit. The code must be fit for the wire.
void append_close_payload(Bytes& out, const CloseInfo& info);

// The longest prefix of at most `max_bytes` that is UTF-8 and does not end inside a character.
[[nodiscard]] std::string_view cut_reason(std::string_view reason, std::size_t max_bytes);

}  // namespace wsb::ws

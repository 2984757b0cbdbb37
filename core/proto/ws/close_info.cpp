#include "core/proto/ws/close_info.h"

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/base/utf8.h"

namespace wsb::ws {

std::optional<ProtocolError> parse_close_payload(BytesView payload, CloseInfo& out) {
  out = {};
  if (payload.empty()) return std::nullopt;
  if (payload.size() == 1) {
    return ProtocolError{CloseCode::protocol_error, "close frame with a body of one byte"};
  }
  const auto high = static_cast<unsigned char>(payload[0]);
  const auto low = static_cast<unsigned char>(payload[1]);
  const unsigned number = unsigned{high} << 8U | low;
  const auto code = static_cast<CloseCode>(number);
  if (!may_be_on_the_wire(code)) {
    return ProtocolError{CloseCode::protocol_error,
                         "close frame with invalid code " + std::to_string(number)};
  }
  const BytesView reason = payload.substr(2);
  if (!is_valid_utf8(reason)) {
    return ProtocolError{CloseCode::invalid_payload, "close reason is not UTF-8"};
  }
  out.code = code;
  out.reason = reason;
  return std::nullopt;
}

void append_close_payload(Bytes& out, const CloseInfo& info) {
  if (!info.had_code()) return;
  WSB_CHECK(may_be_on_the_wire(info.code));
  const unsigned number = to_number(info.code);
  out += static_cast<char>(number >> 8U);
  out += static_cast<char>(number & 0xFFU);
  out += cut_reason(info.reason, limits::kCloseReasonBytes);
}

std::string_view cut_reason(std::string_view reason, std::size_t max_bytes) {
  const std::string_view head = reason.substr(0, max_bytes);
  return head.substr(0, valid_utf8_prefix(head));
}

}  // namespace wsb::ws

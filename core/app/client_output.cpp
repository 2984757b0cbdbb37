#include "core/app/client_output.h"

#include "core/base/text.h"

namespace wsb::app {

std::optional<std::string> LineOutput::append(Bytes& out, ws::Opcode opcode, BytesView payload) {
  ++messages_;
  if (terminal_) {
    out += printable(payload, "\n\t");
    out += '\n';
    return std::nullopt;
  }
  out += payload;
  out += '\n';
  if (warned_) return std::nullopt;
  const bool binary = opcode == ws::Opcode::binary;
  if (!binary && payload.find('\n') == BytesView::npos) return std::nullopt;
  warned_ = true;
  return "message " + std::to_string(messages_) + " (" + std::string(ws::opcode_name(opcode)) +
         ", " + std::to_string(payload.size()) + " bytes) is ambiguous in line format: " +
         (binary ? "it is binary" : "it contains a newline");
}

}  // namespace wsb::app

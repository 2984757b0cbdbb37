#include "core/session/envelope.h"

#include <string>

#include "core/base/json_text.h"

namespace wsb::session {

std::string_view welcome_text() {
  return R"({"type":"welcome","message":"Connected to broadcast server!"})";
}

namespace {

void append_mark(Bytes& out, const Mark& mark) {
  if (mark.id == 0) return;
  (out += R"("id":)") += std::to_string(mark.id);
  if (mark.history) out += R"(,"history":true)";
}

}  // namespace

void append_broadcast(Bytes& out, BytesView text, const Mark& mark) {
  out += R"({"type":"broadcast",)";
  append_mark(out, mark);
  out += mark.id == 0 ? R"("payload":)" : R"(,"payload":)";
  if (is_json_container(text)) {
    out += text;
  } else {
    append_json_string(out, text);
  }
  out += '}';
}

void append_binary_note(Bytes& out, const Mark& mark) {
  out += R"({"type":"binary",)";
  append_mark(out, mark);
  out += '}';
}

std::string_view gap_text() {
  return R"({"type":"gap","message":"some of what was missed is no longer kept"})";
}

}  // namespace wsb::session

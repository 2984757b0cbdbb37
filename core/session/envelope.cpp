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

void begin_broadcast(Bytes& out, const Mark& mark) {
  out += R"({"type":"broadcast",)";
  append_mark(out, mark);
  out += mark.id == 0 ? R"("payload":)" : R"(,"payload":)";
}

}  // namespace

void append_broadcast(Bytes& out, BytesView text, const Mark& mark) {
  if (is_json_container(text)) return append_broadcast_json(out, text, mark);
  begin_broadcast(out, mark);
  append_json_string(out, text);
  out += '}';
}

void append_broadcast_json(Bytes& out, BytesView json, const Mark& mark) {
  begin_broadcast(out, mark);
  out += json;
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

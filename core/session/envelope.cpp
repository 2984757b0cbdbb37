#include "core/session/envelope.h"

#include "core/base/json_text.h"

namespace wsb::session {

std::string_view welcome_text() {
  return R"({"type":"welcome","message":"Connected to broadcast server!"})";
}

void append_broadcast(Bytes& out, BytesView text) {
  out += R"({"type":"broadcast","payload":)";
  if (is_json_container(text)) {
    out += text;
  } else {
    append_json_string(out, text);
  }
  out += '}';
}

}  // namespace wsb::session

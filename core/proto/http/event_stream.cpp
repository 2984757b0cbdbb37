#include "core/proto/http/event_stream.h"

#include <string>

namespace wsb::http {

void append_event(Bytes& out, std::string_view type, BytesView data, std::uint64_t id) {
  if (id != 0) out += "id: " + std::to_string(id) + '\n';
  if (!type.empty()) ((out += "event: ") += type) += '\n';
  while (true) {
    const std::size_t end = data.find_first_of("\r\n");
    ((out += "data: ") += data.substr(0, end)) += '\n';
    if (end == BytesView::npos) break;
    const bool pair = data.substr(end, 2) == "\r\n";
    data.remove_prefix(end + (pair ? 2 : 1));
  }
  out += '\n';
}

void append_retry(Bytes& out, std::uint64_t milliseconds) {
  out += "retry: " + std::to_string(milliseconds) + "\n\n";
}

}  // namespace wsb::http

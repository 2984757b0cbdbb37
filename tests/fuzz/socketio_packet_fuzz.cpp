// The text of a Socket.IO packet.
// Holds: a packet that is written is read as it was; the scanner takes what another JSON parser
// takes and splits it where that one does; placeholders are found where a document has them;
// renumbered ones name the same attachments.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/check.h"
#include "core/base/json_scanner.h"
#include "core/proto/socketio/decoder.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;
using namespace wsb::socketio;
using nlohmann::json;

constexpr std::size_t kMaxAttachments = 4;

// Half surrogate pairs and numbers beyond a double are valid by the grammar, but not for the other
// parser.
bool may_be_judged_otherwise(BytesView text) {
  return text.find("\\u") != BytesView::npos || text.find_first_of("eE") != BytesView::npos ||
         text.size() > 300;
}

void compare_arrays(BytesView text) {
  std::vector<BytesView> elements;
  const bool split = split_json_array(text, elements, text.size());
  const json document = json::parse(text.begin(), text.end(), nullptr, false);
  // The other parser skips a byte order mark and ends at a NUL.
  const bool is_tolerated = text.starts_with("\xEF\xBB\xBF") || text.find('\0') != BytesView::npos;
  const bool deep =
      std::count(text.begin(), text.end(), '[') + std::count(text.begin(), text.end(), '{') >=
      limits::kJsonDepth;
  if (document.is_array() && !is_tolerated && !deep) WSB_CHECK(split);
  if (!split || document.is_discarded()) {
    WSB_CHECK(!split || may_be_judged_otherwise(text));
    return;
  }
  WSB_CHECK(document.is_array() && document.size() == elements.size());
  for (std::size_t i = 0; i < elements.size(); ++i) {
    WSB_CHECK(json::parse(elements[i]) == document[i]);
    std::string string;
    if (read_json_string(elements[i], string)) WSB_CHECK(string == document[i].get<std::string>());
  }
}

void count_placeholders(const json& value, std::size_t& count) {
  if (value.is_object() && value.contains("_placeholder") && value["_placeholder"] == true) {
    ++count;
    return;
  }
  if (!value.is_structured()) return;
  for (const json& element : value) count_placeholders(element, count);
}

void check_placeholders(BytesView text, std::size_t attachments) {
  std::vector<Placeholder> found;
  if (!find_placeholders(text, attachments, found)) return;
  std::vector<std::size_t> order;
  Bytes renumbered;
  append_renumbered(renumbered, text, found, order);
  std::vector<Placeholder> again;
  WSB_CHECK(find_placeholders(renumbered, order.size(), again));
  WSB_CHECK(again.size() == found.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    WSB_CHECK(found[i].num < attachments && order[again[i].num] == found[i].num);
  }
  const json document = json::parse(text.begin(), text.end(), nullptr, false);
  if (document.is_discarded()) return;
  std::size_t count = 0;
  count_placeholders(document, count);
  WSB_CHECK(count <= found.size());  // fewer: of two members with one name it keeps the last
}

void check_packet(BytesView text) {
  const Result<PacketView> packet = parse_packet(text, kMaxAttachments);
  if (!packet) return;
  WSB_CHECK(packet->attachments <= kMaxAttachments);
  Bytes written;
  append_packet(written, *packet);
  const Result<PacketView> again = parse_packet(written, kMaxAttachments);
  WSB_CHECK(again && *again == *packet);
  WSB_CHECK(written.size() <= text.size() + 1);
}

void decode(BytesView text, BytesView attachment) {
  Decoder decoder({kMaxAttachments, 64});
  Result<const ReceivedPacket*> received = decoder.feed(false, text);
  while (received && *received == nullptr) received = decoder.feed(true, attachment);
  if (!received) return;
  const ReceivedPacket& whole = **received;
  WSB_CHECK(whole.attachments.size() == whole.packet.attachments);
  WSB_CHECK(attachment.size() * whole.attachments.size() <= 64);
  const bool is_event =
      whole.packet.type == PacketType::event || whole.packet.type == PacketType::binary_event;
  if (is_event) {
    WSB_CHECK(!is_reserved_event(whole.event.name));
    Bytes written;
    append_event(written, whole.packet.nsp, whole.packet.id, whole.event.name, whole.event.args(),
                 whole.packet.attachments);
    Decoder other({kMaxAttachments, 64});
    const Result<const ReceivedPacket*> again = other.feed(false, written);
    WSB_CHECK(again.has_value());
    if (*again) {
      WSB_CHECK((*again)->event.name == whole.event.name);
      WSB_CHECK(std::ranges::equal((*again)->event.args(), whole.event.args()));
    }
  }
  if (!whole.packet.json.empty() && whole.packet.attachments > 0) {
    check_placeholders(whole.packet.json, whole.packet.attachments);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const unsigned choice = input.take_byte();
  if ((choice & 1U) != 0) {
    compare_arrays(input.rest());
  } else {
    check_packet(input.rest());
    decode(input.rest(), BytesView("0123456789abcdefghij").substr(0, choice % 21));
  }
  return 0;
}

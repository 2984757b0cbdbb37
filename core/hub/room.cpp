#include "core/hub/room.h"

namespace wsb::hub {

void Room::publish(net::ConnectionId sender, ws::Opcode opcode, BytesView payload,
                   std::uint64_t id) {
  note_.clear();
  if (id != 0 && opcode == ws::Opcode::binary) session::append_binary_note(note_, {id, false});
  for (const session::Encoding encoding : encodings_) {
    audience(encoding).append(sender, opcode,
                              session::encode(encoding, opcode, payload, scratch_, {id, false}),
                              id, note_);
  }
}

std::size_t Room::pending_bytes() const {
  std::size_t bytes = 0;
  for (const Audience& audience : audiences_) bytes += audience.pending_bytes();
  return bytes;
}

std::size_t Room::size() const {
  std::size_t members = 0;
  for (const Audience& audience : audiences_) members += audience.size();
  return members;
}

}  // namespace wsb::hub

#include "core/hub/room.h"

#include <string_view>

#include "core/session/namespace_room.h"

namespace wsb::hub {

// All rooms that a message goes to are in one namespace.
void Room::publish(net::ConnectionId sender, const session::Said& said,
                   const session::Mark& mark) {
  const std::string_view nsp =
      rooms_ == nullptr ? "/" : session::namespace_of(rooms_->names().front());
  for (const session::Encoding encoding : encodings_) {
    if (readers_ != nullptr && !readers_->any(encoding)) continue;
    const session::Encoded encoded = session::encode(encoding, said, scratch_, mark, nsp);
    note_.clear();
    if (mark.id != 0 && encoded.opcode == ws::Opcode::binary) {
      session::append_binary_note(note_, mark);
    }
    audience(encoding).append(sender, encoded, mark.id, note_);
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

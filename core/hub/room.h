#pragma once

// Who hears whom: a message published to a room goes to all its members but the sender, to each in
// the encoding it reads. This is one worker's part of a room, or, without members, what is being
// collected for several rooms at once. Owned by a Shard, on its thread.

#include <array>
#include <cstddef>
#include <vector>

#include "core/base/bytes.h"
#include "core/hub/audience.h"
#include "core/hub/readers.h"
#include "core/hub/room_set.h"
#include "core/session/encoding.h"

namespace wsb::hub {

class Room {
 public:
  // `encodings`: those that some member on some worker may read; messages are framed for these, as
  // far as `readers`, which outlives the room, knows of any. nullptr: for all of them.
  explicit Room(std::vector<session::Encoding> encodings, RoomsRef rooms = nullptr,
                const Readers* readers = nullptr)
      : encodings_(std::move(encodings)), rooms_(std::move(rooms)), readers_(readers) {}

  [[nodiscard]] Audience& audience(session::Encoding encoding) {
    return audiences_[session::index_of(encoding)];
  }
  [[nodiscard]] const std::vector<session::Encoding>& encodings() const { return encodings_; }
  // This room, or those that it collects for.
  [[nodiscard]] const RoomsRef& rooms() const { return rooms_; }
  [[nodiscard]] bool is_several() const { return rooms_ != nullptr && rooms_->names().size() > 1; }

  void publish(net::ConnectionId sender, const session::Said& said,
               const session::Mark& mark = {});
  [[nodiscard]] std::size_t pending_bytes() const;
  [[nodiscard]] std::size_t size() const;

 private:
  const std::vector<session::Encoding> encodings_;
  const RoomsRef rooms_;
  const Readers* const readers_;
  std::array<Audience, session::kEncodings> audiences_;
  Bytes scratch_;
  Bytes note_;
};

}  // namespace wsb::hub

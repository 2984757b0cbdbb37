#pragma once

// What clients say about rooms, and about what they missed there: in the query of their request,
// and, when the server has --rooms, in messages. Pure functions, any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/hub/room_set.h"

namespace wsb::app {

// The rooms of `?room=a&room=b`; without any, the room without a name. A query that says nothing of
// rooms may be anything. Errors: invalid_argument, in words for the client: a bad name, or more
// than limits::kRoomsPerClient.
[[nodiscard]] Result<hub::RoomsRef> rooms_of_query(std::string_view query);

// The last message that a client has seen, as `?since=7` says. Errors: invalid_argument, in words
// for the client.
[[nodiscard]] Result<std::optional<std::uint64_t>> since_of_query(std::string_view query);

// "/x?room=a" has the query "room=a".
[[nodiscard]] std::string_view query_of(std::string_view target);

template <class F>
void for_each_room(const hub::RoomsRef& rooms, F&& visit) {
  if (rooms == nullptr) return visit(std::string());
  for (const std::string& room : rooms->names()) visit(room);
}

struct RoomAnswer {
  enum class Kind {
    ordinary,  // a message like any other
    publish,   // `payload` to `room`
    joined,    // `room`; `payload` is the answer
    left,      // `room`; `payload` is the answer
    told,      // nothing has changed; `payload` is the answer
  };
  Kind kind = Kind::ordinary;
  std::string room;
  Bytes payload;
  std::optional<std::uint64_t> since{};  // of joined
};

// Judges a text of a client that is in `rooms` of a server with `rooms_open`, and changes its
// `rooms`. Joining twice is answered as joining once, leaving as having left.
[[nodiscard]] RoomAnswer obey_room_command(BytesView text, hub::RoomsRef& rooms,
                                           std::size_t rooms_open);

}  // namespace wsb::app

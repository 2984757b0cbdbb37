#pragma once

// What workers tell each other besides batches when one of them orders the messages of all: what
// was published goes to it, and so does the wish to join, whose answer comes among the batches,
// exactly where the joiner begins to listen. Immutable once posted, any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/hub/room_set.h"
#include "core/net/connection_id.h"
#include "core/session/encoding.h"
#include "core/session/said.h"

namespace wsb::hub {

class Inbox;
struct Replay;

// Somebody wants to know to how many a message was given.
struct Question {
  Inbox* asker = nullptr;  // nullptr: nobody
  std::uint64_t number = 0;
};

struct Publication {
  net::ConnectionId sender;
  session::Said::Kind kind = session::Said::Kind::text;
  Bytes payload;
  std::vector<Bytes> attachments{};
  RoomsRef rooms{};
  Question question{};
  std::uint64_t author = 0;  // see session::Said
};
using Publications = std::vector<Publication>;  // of one turn, in order

struct JoinRequest {
  Inbox* asker = nullptr;    // of the joiner's worker
  net::ConnectionId joiner;
  std::uint64_t number = 0;  // the worker's own
  std::vector<std::string> rooms;
  std::optional<std::uint64_t> since;
  session::Encoding encoding = session::Encoding::plain;
  enum class Wants { history, nothing, missed } wants = Wants::history;  // first
  std::uint64_t author = 0;  // whose messages are not among those that it missed
};

struct JoinAnswer {
  net::ConnectionId joiner;
  std::uint64_t number = 0;  // of the request
  std::shared_ptr<const Replay> replay;
  std::uint64_t position = 0;  // the id of the latest message of all
};

using Mail = std::variant<Publications, JoinRequest, JoinAnswer>;

}  // namespace wsb::hub

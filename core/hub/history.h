#pragma once

// The last messages of a room, for whoever joins later or comes back: each has an id that rises,
// and a client that knows the last id it saw gets exactly what follows. Bounded by messages and
// bytes; the oldest go first. Owned by a room's keeper, on its thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/units.h"
#include "core/proto/ws/opcode.h"

namespace wsb::hub {

struct HistoryMessage {
  std::uint64_t id = 0;
  ws::Opcode opcode = ws::Opcode::text;
  std::shared_ptr<const Bytes> payload;
};

struct HistoryLimits {
  std::size_t messages = 0;        // 0: keep none
  ByteSize bytes = {1ULL << 20U};  // of payloads; a larger message is not kept
};

class History {
 public:
  // The first message gets `first_id`, at least 1. A server that starts anew takes one above all it
  // gave before, such as the time in microseconds, so that ids of an earlier run are seen as such.
  History(HistoryLimits limits, std::uint64_t first_id);

  // Returns the message's id.
  std::uint64_t add(ws::Opcode opcode, std::shared_ptr<const Bytes> payload);

  struct Replay {
    std::vector<HistoryMessage> messages;  // oldest first
    bool gap = false;  // something between `id` and these was dropped, or `id` is not of this run
  };
  // What follows the message `id`; 0: all there is, without a gap.
  [[nodiscard]] Replay since(std::uint64_t id) const;

  // Of the last message added, kept or not; one less than the first id when there was none.
  [[nodiscard]] std::uint64_t last_id() const { return next_id_ - 1; }
  [[nodiscard]] std::size_t size() const { return messages_.size(); }
  [[nodiscard]] ByteSize bytes() const { return {bytes_}; }

 private:
  void drop_oldest();

  const HistoryLimits limits_;
  std::deque<HistoryMessage> messages_;  // ids without holes, up to last_id()
  std::uint64_t bytes_ = 0;
  const std::uint64_t first_id_;
  std::uint64_t next_id_;
};

}  // namespace wsb::hub

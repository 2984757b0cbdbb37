#pragma once

// The last messages of one room, for whoever joins later or comes back: each has an id, and the ids
// rise, though not by one, since all rooms of a server share them. Bounded by messages and bytes;
// the oldest go first. Owned by a Keeper, on its thread.

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
  std::vector<std::shared_ptr<const Bytes>> attachments{};  // binary messages that belong to it
  std::uint64_t author = 0;                                 // see session::Said

  [[nodiscard]] std::size_t bytes() const {
    std::size_t sum = payload->size();
    for (const auto& attachment : attachments) sum += attachment->size();
    return sum;
  }
};

struct HistoryLimits {
  std::size_t messages = 0;     // of a room; 0: none is kept
  ByteSize bytes = 512_KiB;     // of their payloads; a larger message is not kept
};

class History {
 public:
  explicit History(const HistoryLimits& limits) : limits_(limits) {}

  // Its id is above all before it.
  void add(HistoryMessage message);
  // Appends what is kept above `id`, oldest first, of that the last `most`.
  void append_since(std::uint64_t id, std::vector<const HistoryMessage*>& out,
                    std::size_t most = SIZE_MAX) const;

  // Nothing above this id was dropped; 0: nothing at all.
  [[nodiscard]] std::uint64_t dropped_to() const { return dropped_to_; }
  [[nodiscard]] std::size_t size() const { return messages_.size(); }
  [[nodiscard]] ByteSize bytes() const { return {bytes_}; }

 private:
  void drop_oldest();

  const HistoryLimits limits_;
  std::deque<HistoryMessage> messages_;
  std::uint64_t bytes_ = 0;
  std::uint64_t dropped_to_ = 0;
};

}  // namespace wsb::hub

#pragma once

// What one slow connection has not been sent yet: references to batches, bounded in bytes and age,
// with a policy for what is over the bound. The oldest may be sent in part. Pure: given a time,
// does no I/O. Owned by its connection, on its loop's thread. Memory is taken only for connections
// that fall behind.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/time.h"
#include "core/base/units.h"
#include "core/net/batch.h"

namespace wsb::net {

enum class SlowReaderPolicy {
  disconnect,   // close with 1013 and a reason
  drop_oldest,  // make room by dropping whole entries from the front, none that is sent in part
  drop_newest,  // drop what does not fit
};

struct OutboxLimits {
  ByteSize max_bytes = 1_MiB;
  Duration max_age = std::chrono::seconds(30);  // 0: no limit
  SlowReaderPolicy policy = SlowReaderPolicy::disconnect;
};

class Outbox {
 public:
  struct Entry {
    BatchRef batch;
    std::size_t first_segment = 0;
    std::size_t last_segment = 0;  // one behind
    std::size_t bytes = 0;         // in the connection's encoding, not sent yet
    std::size_t sent = 0;
    std::uint32_t messages = 0;
    TimePoint queued{};
    bool plain = false;  // the plain encoding, although the connection's is compressed
  };
  enum class Verdict {
    queued,
    dropped,     // this entry, or older ones to make room for it; see dropped_messages()
    disconnect,  // over the limit and the policy says so: nothing was queued
  };

  explicit Outbox(const OutboxLimits& limits) : limits_(&limits) {}

  // To disconnect, what waits must have reached the limit before this entry; to drop, it would with
  // it, but an entry larger than the whole limit is taken when nothing else waits.
  Verdict push(Entry entry, TimePoint now);
  // It would drop or disconnect.
  [[nodiscard]] bool full_for(std::size_t bytes) const;
  // True when the oldest entry has waited longer than allowed.
  [[nodiscard]] bool overdue(TimePoint now) const;
  [[nodiscard]] const Entry* front() const;
  void pop_front();
  // So many more bytes of the oldest entry were sent. True: all of them, and it was taken out.
  bool advance(std::size_t bytes);
  // Counts what it throws away as dropped.
  void clear();

  [[nodiscard]] bool empty() const { return head_ == entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t dropped_messages() const { return dropped_messages_; }

 private:
  [[nodiscard]] bool make_room(std::size_t bytes);
  void release();

  const OutboxLimits* limits_;  // shared by all connections of a listener
  std::vector<Entry> entries_;  // from head_ on; an empty one holds no memory
  std::size_t head_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_messages_ = 0;
};

}  // namespace wsb::net

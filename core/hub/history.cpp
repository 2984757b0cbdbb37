#include "core/hub/history.h"

#include <utility>

#include "core/base/check.h"

namespace wsb::hub {

History::History(HistoryLimits limits, std::uint64_t first_id)
    : limits_(limits), first_id_(first_id), next_id_(first_id) {
  WSB_CHECK(first_id > 0);
}

std::uint64_t History::add(ws::Opcode opcode, std::shared_ptr<const Bytes> payload) {
  WSB_CHECK(payload != nullptr);
  bytes_ += payload->size();
  messages_.push_back({next_id_, opcode, std::move(payload)});
  // A message that is too large alone pushes itself out as well, so that no hole is left behind it.
  while (messages_.size() > limits_.messages || bytes_ > limits_.bytes.bytes) drop_oldest();
  return next_id_++;
}

void History::drop_oldest() {
  bytes_ -= messages_.front().payload->size();
  messages_.pop_front();
}

History::Replay History::since(std::uint64_t id) const {
  // Ids have no holes: what is kept begins here, and `id` + 1 should be within or just behind.
  const std::uint64_t begin = next_id_ - messages_.size();
  const bool known = id + 1 >= first_id_ && id < next_id_;
  Replay replay;
  replay.gap = id != 0 && (!known || id + 1 < begin);
  const bool all = id == 0 || replay.gap;
  const std::size_t skipped = all ? 0 : static_cast<std::size_t>(id + 1 - begin);
  replay.messages.assign(messages_.begin() + static_cast<std::ptrdiff_t>(skipped), messages_.end());
  return replay;
}

}  // namespace wsb::hub

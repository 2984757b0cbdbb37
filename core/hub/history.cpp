#include "core/hub/history.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace wsb::hub {

void History::add(HistoryMessage message) {
  WSB_CHECK(message.payload != nullptr);
  WSB_CHECK(message.id > (messages_.empty() ? dropped_to_ : messages_.back().id));
  bytes_ += message.bytes();
  messages_.push_back(std::move(message));
  // A message that is too large alone pushes itself out as well, so that no hole is left behind it.
  while (messages_.size() > limits_.messages || bytes_ > limits_.bytes.bytes) drop_oldest();
}

void History::drop_oldest() {
  bytes_ -= messages_.front().bytes();
  dropped_to_ = messages_.front().id;
  messages_.pop_front();
}

void History::append_since(std::uint64_t id, std::vector<const HistoryMessage*>& out,
                           std::size_t most) const {
  const auto first_above = std::partition_point(
      messages_.begin(), messages_.end(),
      [id](const HistoryMessage& message) { return message.id <= id; });
  const auto count = static_cast<std::size_t>(messages_.end() - first_above);
  const auto first = messages_.end() - static_cast<std::ptrdiff_t>(std::min(count, most));
  for (auto message = first; message != messages_.end(); ++message) out.push_back(&*message);
}

}  // namespace wsb::hub

#include "core/load/sent_book.h"

#include <algorithm>

#include "core/base/check.h"

namespace wsb::load {

void SentBook::sent(std::size_t publisher, std::uint32_t seq) {
  auto& ranges = ranges_.at(publisher);
  WSB_CHECK(ranges.empty() || seq >= ranges.back().end);
  ++total_;
  if (!ranges.empty() && ranges.back().end == seq) {
    ++ranges.back().end;
    return;
  }
  const auto before =
      ranges.empty() ? 0 : ranges.back().before + (ranges.back().end - ranges.back().begin);
  ranges.push_back({seq, seq + 1, before});
}

std::uint64_t SentBook::below(std::size_t publisher, std::uint32_t seq) const {
  const auto& ranges = ranges_.at(publisher);
  const auto behind =
      std::lower_bound(ranges.begin(), ranges.end(), seq,
                       [](const Range& range, std::uint32_t limit) { return range.begin < limit; });
  if (behind == ranges.begin()) return 0;
  const Range& range = *std::prev(behind);
  return range.before + (std::min(range.end, seq) - range.begin);
}

}  // namespace wsb::load

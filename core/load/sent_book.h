#pragma once

// Which messages of the steady phase really left, by publisher: what receivers can be expected to
// have. A publisher whose connection ends, or whose buffer is full, leaves gaps in the schedule, so
// a mere count would not do. Pure; written by the publishers' group on its loop's thread, and read
// elsewhere as an immutable copy.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wsb::load {

class SentBook {
 public:
  explicit SentBook(std::size_t publishers = 0) : ranges_(publishers) {}

  // Numbers of one publisher come in ascending order. Amortised constant; a run without a gap takes
  // one entry.
  void sent(std::size_t publisher, std::uint32_t seq);

  [[nodiscard]] std::size_t publishers() const { return ranges_.size(); }
  // Messages of all publishers.
  [[nodiscard]] std::uint64_t total() const { return total_; }
  // Messages of one publisher with numbers below `seq`.
  [[nodiscard]] std::uint64_t below(std::size_t publisher, std::uint32_t seq) const;

 private:
  struct Range {
    std::uint32_t begin;
    std::uint32_t end;     // one behind the last
    std::uint64_t before;  // messages in the ranges before this one
  };

  std::vector<std::vector<Range>> ranges_;  // by publisher, ascending, with gaps between
  std::uint64_t total_ = 0;
};

}  // namespace wsb::load

#pragma once

// Which messages a run consists of: fixed before the first leaves, known to publishers and
// receivers alike, so that nobody has to agree on anything while it runs. Message `index` goes out
// through publisher index % publishers; the steady phase is a range of indexes, chosen by intended
// time. Value type.

#include <cstdint>
#include <optional>

#include "core/load/pacer.h"
#include "core/load/relay_shape.h"

namespace wsb::load {

class RunPlan {
 public:
  // `rate` is that of all publishers together.
  RunPlan(Rate rate, std::uint32_t publishers, TimePoint start, TimePoint steady_begin,
          TimePoint steady_end);

  [[nodiscard]] const Pacer& pacer() const { return pacer_; }
  [[nodiscard]] std::uint64_t steady_first() const { return steady_first_; }
  [[nodiscard]] std::uint64_t steady_count() const { return end_ - steady_first_; }
  [[nodiscard]] std::uint64_t end() const { return end_; }  // one behind the last message
  [[nodiscard]] TimePoint steady_begin() const { return steady_begin_; }
  [[nodiscard]] TimePoint steady_end() const { return steady_end_; }

  // Sequence numbers 0 to kProbeMessages-1 of each publisher are kept for the probe.
  [[nodiscard]] std::uint16_t publisher_of(std::uint64_t index) const {
    return static_cast<std::uint16_t>(index % publishers_);
  }
  [[nodiscard]] std::uint32_t seq_of(std::uint64_t index) const {
    return static_cast<std::uint32_t>(index / publishers_ + kProbeMessages);
  }
  // One behind the highest number that a publisher has among the messages before `index`.
  [[nodiscard]] std::uint32_t seq_end(std::uint16_t publisher, std::uint64_t index) const {
    const auto rounds = index > publisher ? (index - publisher - 1) / publishers_ + 1 : 0;
    return static_cast<std::uint32_t>(rounds + kProbeMessages);
  }
  // Position within the steady phase, or nullopt for probe and warm-up messages.
  [[nodiscard]] std::optional<std::uint64_t> steady_position(std::uint16_t publisher,
                                                             std::uint32_t seq) const {
    if (seq < kProbeMessages) return std::nullopt;
    const auto index = std::uint64_t{seq - kProbeMessages} * publishers_ + publisher;
    if (index < steady_first_ || index >= end_) return std::nullopt;
    return index - steady_first_;
  }

 private:
  Pacer pacer_;
  std::uint32_t publishers_;
  TimePoint steady_begin_;
  TimePoint steady_end_;
  std::uint64_t steady_first_;
  std::uint64_t end_;
};

}  // namespace wsb::load

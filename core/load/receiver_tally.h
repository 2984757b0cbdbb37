#pragma once

// What the receivers of one loop got: latencies, and for each receiver and publisher which
// messages. Pure: fed payloads and times, knows no network. Owned by its loop's receiver group and
// touched on that loop's thread; read by others only after the loop has ended. message() does not
// allocate.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/load/relay_shape.h"
#include "core/load/run_plan.h"
#include "core/load/sent_book.h"
#include "core/load/sequence_window.h"
#include "core/stats/histogram.h"

namespace wsb::load {

// Of one steady message, over the receivers of one loop; durations from the intended send.
struct MessageSpread {
  std::uint32_t copies = 0;
  Duration first = Duration::max();
  Duration last = Duration::min();
};

// Steady messages only, but for corrupt and foreign, which carry no time of ours: these count from
// the beginning of the steady phase on.
struct TallyCounts {
  std::uint64_t received = 0;  // each message once for each receiver
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;  // among received: came after a later one
  std::uint64_t too_old = 0;  // so late that late and duplicate cannot be told apart; not received
  std::uint64_t lag_unknown = 0;  // among received: left so late that service() leaves them out
  std::uint64_t corrupt = 0;
  std::uint64_t foreign = 0;  // other runs' messages and such without a token
};

// What should have come, once it is known what was sent. Of every message sent to every receiver
// that had opened: expected + not_connected; and expected = received + lost, exactly.
struct TallyBalance {
  std::uint64_t expected = 0;       // to receivers connected when the message was meant to leave
  std::uint64_t lost = 0;           // sent, expected, and not received
  std::uint64_t not_connected = 0;  // meant to leave after the receiver's connection had ended
};

class ReceiverTally {
 public:
  // Spreads of longer runs than this many steady messages are not kept (24 MB).
  static constexpr std::uint64_t kSpreadMessages = 1'000'000;

  ReceiverTally(std::uint32_t run, std::uint32_t publishers, std::size_t receivers);

  // Called once, before the first message of the plan leaves. Until then only the probe is counted.
  void begin(const RunPlan& plan);

  void opened(std::size_t receiver);
  // After opened(): the connection ended, wanted or not.
  void ended(std::size_t receiver, TimePoint when);
  void message(std::size_t receiver, BytesView payload, TimePoint now);

  // `sent`: what left of the plan's steady messages.
  [[nodiscard]] TallyBalance balance(const SentBook& sent) const;

  [[nodiscard]] const TallyCounts& counts() const { return counts_; }
  [[nodiscard]] const std::array<std::uint64_t, kProbeMessages>& probe_copies() const {
    return probe_copies_;
  }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }  // of any kind
  [[nodiscard]] std::uint64_t payload_bytes() const { return payload_bytes_; }
  [[nodiscard]] std::size_t opened_receivers() const;
  // Of those received: by receivers whose connection has ended.
  [[nodiscard]] std::uint64_t received_by_ended() const { return received_by_ended_; }
  [[nodiscard]] const stats::Histogram& delivery() const { return delivery_; }
  [[nodiscard]] const stats::Histogram& service() const { return service_; }  // see kLagUnknown
  [[nodiscard]] const std::vector<MessageSpread>& spreads() const { return spreads_; }

 private:
  struct Receiver {
    std::uint32_t received = 0;
    bool opened = false;
    std::optional<TimePoint> ended;
  };

  [[nodiscard]] std::uint64_t expected_until(std::size_t receiver, TimePoint ended,
                                             const SentBook& sent) const;
  void count(std::size_t receiver, std::uint64_t position, SequenceWindow::Arrival arrival,
             Duration delivery, Duration lag);

  std::uint32_t run_;
  std::uint32_t publishers_;
  std::optional<RunPlan> plan_;
  std::vector<Receiver> receivers_;
  std::vector<SequenceWindow> windows_;  // receiver * publishers_ + publisher
  std::vector<MessageSpread> spreads_;   // by steady position
  std::array<std::uint64_t, kProbeMessages> probe_copies_{};
  TallyCounts counts_;
  std::uint64_t received_by_ended_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t payload_bytes_ = 0;
  stats::Histogram delivery_;
  stats::Histogram service_;
};

}  // namespace wsb::load

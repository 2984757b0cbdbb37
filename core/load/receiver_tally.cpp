#include "core/load/receiver_tally.h"

#include <algorithm>

#include "core/base/check.h"
#include "core/load/token.h"

namespace wsb::load {

ReceiverTally::ReceiverTally(std::uint32_t run, std::uint32_t publishers, std::size_t receivers)
    : run_(run), publishers_(publishers), receivers_(receivers), windows_(receivers * publishers) {}

void ReceiverTally::begin(const RunPlan& plan) {
  WSB_CHECK(!plan_.has_value());
  plan_ = plan;
  if (plan.steady_count() <= kSpreadMessages) {
    spreads_.resize(static_cast<std::size_t>(plan.steady_count()));
  }
}

void ReceiverTally::opened(std::size_t receiver) { receivers_.at(receiver).opened = true; }

void ReceiverTally::ended(std::size_t receiver, TimePoint when) {
  Receiver& state = receivers_.at(receiver);
  WSB_CHECK(state.opened && !state.ended);
  state.ended = when;
  received_by_ended_ += state.received;
}

void ReceiverTally::message(std::size_t receiver, BytesView payload, TimePoint now) {
  ++messages_;
  payload_bytes_ += payload.size();
  Token token;
  const TokenSearch search = find_token(payload, run_, token);
  const bool known = search == TokenSearch::found && token.publisher < publishers_;
  if (!known) {
    if (!plan_ || now < plan_->steady_begin()) return;
    ++(search == TokenSearch::corrupt ? counts_.corrupt : counts_.foreign);
    return;
  }
  if (token.seq < kProbeMessages) ++probe_copies_[token.seq];
  const auto arrival = windows_[receiver * publishers_ + token.publisher].arrive(token.seq);
  if (!plan_) return;
  const auto position = plan_->steady_position(token.publisher, token.seq);
  if (position) count(receiver, *position, arrival, now - token.scheduled, token.lag);
}

void ReceiverTally::count(std::size_t receiver, std::uint64_t position,
                          SequenceWindow::Arrival arrival, Duration delivery, Duration lag) {
  using Arrival = SequenceWindow::Arrival;
  if (arrival == Arrival::duplicate) {
    ++counts_.duplicates;
    return;
  }
  if (arrival == Arrival::too_old) {
    ++counts_.too_old;
    return;
  }
  if (arrival == Arrival::late) ++counts_.reordered;
  ++counts_.received;
  ++receivers_[receiver].received;
  delivery_.record(delivery);
  if (lag < kLagUnknown) {
    service_.record(delivery - lag);
  } else {
    ++counts_.lag_unknown;
  }
  if (position >= spreads_.size()) return;
  MessageSpread& spread = spreads_[static_cast<std::size_t>(position)];
  ++spread.copies;
  spread.first = std::min(spread.first, delivery);
  spread.last = std::max(spread.last, delivery);
}

// By what was meant to leave while it was connected; and what it has it was connected for, even if
// its end has the same time.
std::uint64_t ReceiverTally::expected_until(std::size_t receiver, TimePoint ended,
                                            const SentBook& sent) const {
  const std::uint64_t due = plan_->pacer().due(ended - Duration{1});
  std::uint64_t expected = 0;
  for (std::uint32_t publisher = 0; publisher < publishers_; ++publisher) {
    const auto seen = windows_[receiver * publishers_ + publisher].next();
    const auto meant = plan_->seq_end(static_cast<std::uint16_t>(publisher), due);
    expected += sent.below(publisher, std::max(seen, meant));
  }
  return expected;
}

TallyBalance ReceiverTally::balance(const SentBook& sent) const {
  TallyBalance balance;
  if (!plan_) return balance;
  WSB_CHECK(sent.publishers() == publishers_);
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    const Receiver& receiver = receivers_[i];
    if (!receiver.opened) continue;
    const auto expected = receiver.ended ? expected_until(i, *receiver.ended, sent) : sent.total();
    balance.expected += expected;
    balance.not_connected += sent.total() - expected;
    balance.lost += expected > receiver.received ? expected - receiver.received : 0;
  }
  return balance;
}

std::size_t ReceiverTally::opened_receivers() const {
  return static_cast<std::size_t>(std::count_if(receivers_.begin(), receivers_.end(),
                                                [](const Receiver& each) { return each.opened; }));
}

}  // namespace wsb::load

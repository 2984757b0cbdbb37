#include "core/proto/ws/closing_state.h"

#include <utility>

namespace wsb::ws {

void ClosingState::close_sent(CloseInfo info) {
  if (sent_) return;
  sent_ = std::move(info);
  if (closed_by_ == ClosedBy::nobody) closed_by_ = ClosedBy::us;
}

void ClosingState::close_received(CloseInfo info) {
  if (received_) return;
  received_ = std::move(info);
  if (closed_by_ == ClosedBy::nobody) closed_by_ = ClosedBy::peer;
}

void ClosingState::failed() {
  failed_ = true;
  if (closed_by_ == ClosedBy::nobody) closed_by_ = ClosedBy::us;
}

void ClosingState::transport_ended() {
  transport_ended_ = true;
  if (closed_by_ == ClosedBy::nobody) closed_by_ = ClosedBy::peer;
}

State ClosingState::state() const {
  if (transport_ended_) return State::closed;
  return closed_by_ == ClosedBy::nobody ? State::open : State::closing;
}

CloseInfo ClosingState::close_info() const {
  return received_ ? *received_ : CloseInfo{CloseCode::abnormal, {}};
}

bool ClosingState::transport_close_due() const {
  if (transport_ended_) return false;
  return failed_ || (role_ == Role::server && clean());
}

}  // namespace wsb::ws

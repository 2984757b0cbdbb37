#pragma once

// The closing handshake (RFC 6455 §7): its states, who began, what both sides said, whether the end
// was clean. Pure bookkeeping, shared by client connections, the fake network and tests.
// Owned by an Endpoint; one thread at a time.

#include <optional>

#include "core/proto/ws/close_info.h"
#include "core/proto/ws/role.h"

namespace wsb::ws {

enum class State { open, closing, closed };

enum class ClosedBy { nobody, us, peer };

class ClosingState {
 public:
  explicit ClosingState(Role role) : role_(role) {}

  void close_sent(CloseInfo info);
  void close_received(CloseInfo info);
  // We fail the connection (§7.1.7): nothing of the peer is awaited any more.
  void failed();
  // TCP ended, whoever ended it. Final.
  void transport_ended();

  [[nodiscard]] State state() const;
  [[nodiscard]] const std::optional<CloseInfo>& sent() const { return sent_; }
  [[nodiscard]] const std::optional<CloseInfo>& received() const { return received_; }
  // Who sent the first Close frame; after an end without one: the peer, unless we failed it.
  [[nodiscard]] ClosedBy closed_by() const { return closed_by_; }
  // Both Close frames went over the wire (§7.1.4).
  [[nodiscard]] bool clean() const { return sent_.has_value() && received_.has_value(); }
  // §7.1.5 and §7.1.6: the code and reason of the peer's Close frame; 1005 if it had none, 1006 if
  // there was no such frame.
  [[nodiscard]] CloseInfo close_info() const;

  // Our output flushed, TCP is ours to close: a server after the handshake, either after a failure
  // (§7.1.1). A client waits for the server to do it, within a time that its owner sets.
  [[nodiscard]] bool transport_close_due() const;

 private:
  Role role_;
  std::optional<CloseInfo> sent_;
  std::optional<CloseInfo> received_;
  ClosedBy closed_by_ = ClosedBy::nobody;
  bool failed_ = false;
  bool transport_ended_ = false;
};

}  // namespace wsb::ws

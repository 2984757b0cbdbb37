#include "core/proto/ws/closing_state.h"

#include <catch2/catch.hpp>

using namespace wsb::ws;

namespace {

const CloseInfo kNormal{CloseCode::normal, "done"};
const CloseInfo kAway{CloseCode::going_away, "bye"};
const CloseInfo kAbnormal{CloseCode::abnormal, ""};

}  // namespace

TEST_CASE("RFC 6455 7.1: a connection begins open, closed by nobody") {
  const ClosingState state(Role::client);
  CHECK(state.state() == State::open);
  CHECK(state.closed_by() == ClosedBy::nobody);
  CHECK_FALSE(state.clean());
  CHECK_FALSE(state.transport_close_due());
  CHECK(state.close_info() == kAbnormal);
}

TEST_CASE("RFC 6455 7.1.2: we close first, the peer answers, the server ends TCP") {
  ClosingState client(Role::client);
  client.close_sent(kNormal);
  CHECK(client.state() == State::closing);
  CHECK(client.closed_by() == ClosedBy::us);
  CHECK_FALSE(client.clean());
  client.close_received(kAway);
  CHECK(client.state() == State::closing);
  CHECK(client.clean());
  CHECK(client.close_info() == kAway);
  CHECK_FALSE(client.transport_close_due());
  client.transport_ended();
  CHECK(client.state() == State::closed);
  CHECK(client.closed_by() == ClosedBy::us);
  CHECK(client.close_info() == kAway);
  CHECK(client.clean());
}

TEST_CASE("RFC 6455 7.1.1: a server ends TCP once both Close frames went over") {
  ClosingState server(Role::server);
  server.close_received(kAway);
  CHECK(server.state() == State::closing);
  CHECK(server.closed_by() == ClosedBy::peer);
  CHECK_FALSE(server.transport_close_due());
  server.close_sent(kAway);
  CHECK(server.transport_close_due());
  server.transport_ended();
  CHECK(server.state() == State::closed);
  CHECK_FALSE(server.transport_close_due());
}

TEST_CASE("RFC 6455 7.1.5: a Close frame without a code is 1005, none at all 1006") {
  ClosingState with(Role::client);
  with.close_received({});
  CHECK(with.close_info().code == CloseCode::no_status);
  ClosingState without(Role::client);
  without.transport_ended();
  CHECK(without.close_info() == kAbnormal);
  CHECK(without.closed_by() == ClosedBy::peer);
  CHECK_FALSE(without.clean());
}

TEST_CASE("RFC 6455 7.1.7: to fail a connection makes TCP ours to end, as client and server") {
  for (const Role role : {Role::client, Role::server}) {
    ClosingState state(role);
    state.close_sent({CloseCode::protocol_error, ""});
    state.failed();
    CHECK(state.state() == State::closing);
    CHECK(state.closed_by() == ClosedBy::us);
    CHECK(state.transport_close_due());
    state.transport_ended();
    CHECK_FALSE(state.clean());
    CHECK(state.close_info() == kAbnormal);
  }
}

TEST_CASE("a failure without a Close frame is our doing") {
  ClosingState state(Role::client);
  state.failed();
  CHECK(state.state() == State::closing);
  CHECK(state.closed_by() == ClosedBy::us);
}

TEST_CASE("RFC 6455 7.1.5: the first Close frame of each side counts") {
  ClosingState state(Role::server);
  state.close_received(kNormal);
  state.close_received(kAway);
  state.close_sent(kAway);
  state.close_sent(kNormal);
  CHECK(state.received() == kNormal);
  CHECK(state.sent() == kAway);
}

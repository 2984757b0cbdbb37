#include "core/app/socketio_counters.h"

#include <catch2/catch.hpp>

namespace wsb::app {

TEST_CASE("numbers of several workers are added up, one by one") {
  SocketioCounters one;
  one.polling = 1;
  one.websocket = 2;
  one.polls_held = 3;
  one.sockets = 4;
  one.opened_polling = 5;
  one.opened_websocket = 6;
  one.upgrades = 7;
  one.messages_in = 8;
  one.messages_out = 9;
  one.bytes_in = 10;
  one.bytes_out = 11;
  one.closed = {12, 13, 14, 15, 16, 17};
  one.refused = {18, 19, 20, 21, 22, 23};
  one.refused_shutting_down = 24;
  one.refused_too_large = 25;
  one.invalid_namespace = 26;
  one.unauthorized = 27;
  one.too_many_namespaces = 28;
  one.protocol_errors = 29;
  one.connect_timeouts = 30;
  one.recovered = 31;
  one.recovery_unknown = 32;
  one.recovery_gaps = 33;
  one.recovery_expired = 34;
  one.recovery_forgotten = 35;
  one.recoverable = 36;
  SocketioCounters sum;
  sum += one;
  CHECK(sum == one);
  CHECK(engineio_closes_of(sum) == NamedCounts{{"transport_close", 12},
                                               {"transport_error", 13},
                                               {"parse_error", 14},
                                               {"ping_timeout", 15},
                                               {"forced_close", 16},
                                               {"queue_full", 17}});
  CHECK(engineio_refusals_of(sum) == NamedCounts{{"unknown_transport", 18},
                                                 {"unknown_session", 19},
                                                 {"bad_method", 20},
                                                 {"bad_request", 21},
                                                 {"forbidden", 22},
                                                 {"unsupported_version", 23},
                                                 {"too_large", 25},
                                                 {"shutting_down", 24}});
  CHECK(socketio_refusals_of(sum) == NamedCounts{{"invalid_namespace", 26},
                                                 {"unauthorized", 27},
                                                 {"too_many_namespaces", 28},
                                                 {"protocol_error", 29},
                                                 {"connect_timeout", 30}});
  CHECK(recoveries_of(sum) == NamedCounts{{"recovered", 31},
                                          {"unknown", 32},
                                          {"gap", 33},
                                          {"expired", 34},
                                          {"forgotten", 35}});
}

}  // namespace wsb::app

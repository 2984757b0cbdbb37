#pragma once

// A server's session whose sink writes down what it is told, as lines to compare with.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/proto/engineio/server_session.h"

namespace wsb::engineio::test {

using Log = std::vector<std::string>;

class SessionRecorder final : public ServerSessionSink {
 public:
  void answer_poll(Bytes payload) override { log.push_back("poll " + readable(payload)); }
  void send_text(BytesView text) override { log.push_back("ws " + Bytes(text)); }
  void send_binary(BytesView data) override { log.push_back("ws binary " + Bytes(data)); }
  void close_websocket(CloseReason reason) override {
    log.push_back("ws end: " + std::string(describe(reason)));
  }
  void upgraded() override { log.push_back("upgraded"); }
  void deliver(bool binary, BytesView data) override {
    log.push_back((binary ? "got binary " : "got ") + Bytes(data));
    if (on_deliver) on_deliver(data);
  }
  void session_closed(CloseReason reason) override {
    log.push_back("closed: " + std::string(describe(reason)));
  }

  Log take() { return std::exchange(log, {}); }

  Log log;
  std::function<void(BytesView)> on_deliver;

 private:
  static Bytes readable(Bytes payload) {
    for (char& c : payload) c = c == '\x1E' ? '|' : c;
    return payload;
  }
};

}  // namespace wsb::engineio::test

#pragma once

// What a connection says to its sink as lines to compare with.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/proto/socketio/server_connection.h"

namespace wsb::socketio::test {

class ConnectionLog {
 public:
  void add(std::string line, std::span<const BytesView> attachments = {}) {
    for (const BytesView attachment : attachments) line += " #" + Bytes(attachment);
    lines_.push_back(std::move(line));
  }
  void add_event(const IncomingEvent& event) {
    std::string line = "event " + Bytes(event.nsp) + " " + Bytes(event.name);
    if (event.ack_id) line += " ack=" + std::to_string(*event.ack_id);
    add(line + list(event.args), event.attachments);
  }
  void add_ack(const IncomingAck& ack) {
    add("ack " + Bytes(ack.nsp) + " " + std::to_string(ack.id) + list(ack.args), ack.attachments);
  }
  std::vector<std::string> take() { return std::exchange(lines_, {}); }

 private:
  static std::string list(std::span<const BytesView> args) {
    std::string text;
    for (const BytesView arg : args) text += " " + Bytes(arg);
    return text;
  }

  std::vector<std::string> lines_;
};

}  // namespace wsb::socketio::test

#pragma once

// A sink that writes down what it was told, one line an event, so that a test states the whole
// conversation it expects. Shared with the fuzz targets.

#include <string>
#include <vector>

#include "core/base/encoding.h"
#include "core/base/utf8.h"
#include "core/proto/ws/message_sink.h"

namespace wsb::ws::test {

using Events = std::vector<std::string>;

// Short payloads as they are, long ones by size and digest.
inline std::string show(BytesView payload) {
  constexpr std::size_t kShown = 64;
  if (payload.size() > kShown) {
    const auto digest = sha1(payload);
    return std::to_string(payload.size()) + " bytes, sha1 " +
           hex_encode({digest.data(), digest.size()});
  }
  for (const char c : payload) {
    if (c < 0x20 || c > 0x7E) return "hex " + hex_encode(payload);
  }
  return "'" + std::string(payload) + "'";
}

class Recorder final : public MessageSink {
 public:
  void on_message(const Message& message) override {
    std::string line(opcode_name(message.opcode));
    if (message.compressed) line += ", compressed";
    if (message.frames != 1) line += ", " + std::to_string(message.frames) + " frames";
    events.push_back(line + ": " + show(message.payload));
    wire_bytes.push_back(message.wire_bytes);
    last_payload = message.payload.data();
  }
  void on_ping(BytesView payload) override { events.push_back("ping: " + show(payload)); }
  void on_pong(BytesView payload) override { events.push_back("pong: " + show(payload)); }
  void on_close(const CloseInfo& info) override {
    events.push_back("close: " + std::to_string(to_number(info.code)) + " " + show(info.reason));
  }
  void on_error(const ProtocolError& error) override {
    events.push_back("error: " + std::to_string(to_number(error.code)) + " " + error.text);
  }

  Events events;
  std::vector<std::uint64_t> wire_bytes;
  const char* last_payload = nullptr;
};

}  // namespace wsb::ws::test

#pragma once

// A connection that keeps what it is given, byte for byte, and answers as it is told.

#include <functional>
#include <string>
#include <vector>

#include "core/net/connection.h"

namespace wsb::hub {

class RecordingConnection final : public net::Connection {
 public:
  explicit RecordingConnection(std::uint32_t slot, std::uint32_t generation = 1)
      : id_{slot, generation} {}

  [[nodiscard]] net::ConnectionId id() const override { return id_; }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] net::ConnectionStats stats() const override { return stats_; }

  net::SendStatus send(const net::BatchRef& batch, std::size_t first, std::size_t last) override {
    const net::Batch::Wire& wire = batch->plain();
    const std::size_t begin = wire.begin_of(first);
    writes.push_back(wire.bytes.substr(begin, wire.segments[last - 1].end - begin));
    batches.push_back(batch);
    if (on_send) on_send();
    return answer;
  }
  net::SendStatus send(ws::Opcode, BytesView, bool) override { return answer; }
  void ping(BytesView) override {}
  void close(std::uint16_t, std::string_view) override {}
  void abort() override {}
  void pause_reading() override {}
  void resume_reading() override {}

  [[nodiscard]] std::string received() const {
    std::string all;
    for (const std::string& write : writes) all += write;
    return all;
  }
  void set_dropped(std::uint64_t messages) { stats_.dropped_messages = messages; }

  std::vector<std::string> writes;
  std::vector<net::BatchRef> batches;
  net::SendStatus answer = net::SendStatus::sent;
  std::function<void()> on_send;

 private:
  const net::ConnectionId id_;
  net::ConnectionInfo info_;
  net::ConnectionStats stats_;
};

// The unmasked frame of a short text (RFC 6455 §5.2).
inline std::string text_frame(const std::string& payload) {
  return std::string("\x81") + static_cast<char>(payload.size()) + payload;
}

inline std::string binary_frame(const std::string& payload) {
  return std::string("\x82") + static_cast<char>(payload.size()) + payload;
}

inline std::string broadcast_frame(const std::string& quoted) {
  return text_frame(R"({"type":"broadcast","payload":)" + quoted + "}");
}

}  // namespace wsb::hub

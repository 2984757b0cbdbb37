#pragma once

// A connection that tells whether it is read from, and how it was closed.

#include <string>

#include "core/net/connection.h"

namespace wsb::app::serving {

class HeldConnection final : public net::Connection {
 public:
  explicit HeldConnection(std::uint32_t slot, std::uint32_t generation = 1)
      : id_{slot, generation} {}

  [[nodiscard]] net::ConnectionId id() const override { return id_; }
  [[nodiscard]] const net::ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] net::ConnectionStats stats() const override { return numbers; }
  net::SendStatus send(const net::BatchRef&, std::size_t, std::size_t) override {
    return net::SendStatus::sent;
  }
  net::SendStatus send(ws::Opcode, BytesView, bool) override { return net::SendStatus::sent; }
  void ping(BytesView) override {}
  void close(std::uint16_t code, std::string_view reason) override {
    closed = std::to_string(code) + " " + std::string(reason);
  }
  void abort() override {}
  void pause_reading() override {
    paused = true;
    ++pauses;
  }
  void resume_reading() override { paused = false; }

  net::ConnectionStats numbers;
  bool paused = false;
  int pauses = 0;
  std::string closed;

 private:
  const net::ConnectionId id_;
  const net::ConnectionInfo info_;
};

}  // namespace wsb::app::serving

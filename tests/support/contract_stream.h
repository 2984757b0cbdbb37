#pragma once

// A byte stream that fails the process when the layer above breaks the contract of byte_stream.h.
// Its events are raised by the test, as far as the wire allows.

#include <algorithm>

#include "core/base/check.h"
#include "core/net/byte_stream.h"

namespace wsb::net {

// What the test and the stream share; outlives the stream.
struct ContractWire {
  StreamEvents* events = nullptr;      // once started
  std::size_t room = std::size_t{1} << 16U;
  bool wants_room = false;             // on_writable() is due
  bool paused = false;
  bool finished = false;               // end_writing() was called
  bool gone = false;                   // closed, aborted or destroyed
  bool ended = false;                  // on_end() was raised

  [[nodiscard]] bool is_open() const { return events != nullptr && !gone && !ended; }
};

class ContractStream final : public ByteStream {
 public:
  explicit ContractStream(ContractWire& wire) : wire_(wire) {}
  ~ContractStream() override { wire_.gone = true; }

  void start(StreamEvents& events) override {
    WSB_CHECK(wire_.events == nullptr);
    wire_.events = &events;
  }
  std::size_t write(BytesView bytes) override {
    WSB_CHECK(wire_.is_open() && !wire_.finished);
    const std::size_t taken = std::min(bytes.size(), wire_.room);
    wire_.room -= taken;
    wire_.wants_room = taken < bytes.size();
    return taken;
  }
  void pause_reading() override { wire_.paused = true; }
  void resume_reading() override { wire_.paused = false; }
  void end_writing() override {
    WSB_CHECK(wire_.is_open() && !wire_.finished);
    wire_.finished = true;
  }
  void close() override { wire_.gone = true; }
  void abort() override { wire_.gone = true; }
  bool leave() override { return false; }
  void settle(Loop&, StreamEvents&) override {}
  void describe(ConnectionInfo& info) const override { info.remote = "192.0.2.1:80"; }

 private:
  ContractWire& wire_;
};

}  // namespace wsb::net

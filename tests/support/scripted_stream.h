#pragma once

// A byte stream whose other end is the test: it sees what was written and raises the events.

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "core/net/byte_stream.h"

namespace wsb::net {

// What the test and the stream share; outlives the stream.
struct ScriptedWire {
  StreamEvents* events = nullptr;  // once started
  Bytes written;
  std::size_t room = std::numeric_limits<std::size_t>::max();  // what further writes take
  int writes = 0;
  bool paused = false;
  bool holds_unsent = false;  // as a layer that has taken more than it could hand down
  bool finished = false;  // end_writing() was called
  bool closed = false;
  bool aborted = false;
  bool destroyed = false;
  bool may_leave = true;

  // The whole way up to Phase::handshake.
  void connect() {
    events->on_phase(Phase::connect);
    events->on_phase(Phase::handshake);
  }
  void receive(BytesView bytes) { events->on_bytes(bytes); }
  Bytes take_written() { return std::exchange(written, {}); }
};

class ScriptedStream final : public ByteStream {
 public:
  explicit ScriptedStream(ScriptedWire& wire) : wire_(wire) {}
  ~ScriptedStream() override { wire_.destroyed = true; }

  void start(StreamEvents& events) override { wire_.events = &events; }
  std::size_t write(BytesView bytes) override {
    const std::size_t taken = std::min(bytes.size(), wire_.room);
    wire_.room -= taken;
    wire_.written += bytes.substr(0, taken);
    ++wire_.writes;
    return taken;
  }
  void pause_reading() override { wire_.paused = true; }
  void resume_reading() override { wire_.paused = false; }
  void end_writing() override { wire_.finished = true; }
  [[nodiscard]] bool has_unsent() const override { return wire_.holds_unsent; }
  void close() override { wire_.closed = true; }
  void abort() override { wire_.aborted = true; }
  bool leave() override {
    if (wire_.may_leave) wire_.events = nullptr;
    return wire_.may_leave;
  }
  void settle(Loop&, StreamEvents& events) override { wire_.events = &events; }
  void describe(ConnectionInfo& info) const override {
    info.remote = "192.0.2.1:80";
    info.local = "192.0.2.2:50000";
  }

 private:
  ScriptedWire& wire_;
};

}  // namespace wsb::net

#pragma once

// One ClientConnection on virtual time over a scripted stream, with a handler that records: the
// table on which its tests take it apart. Frames are made and read by the codec that has its own
// tests.

#include <memory>
#include <string>
#include <vector>

#include "core/base/encoding.h"
#include "core/net/client_pool.h"
#include "core/proto/ws/frame_encoder.h"
#include "core/proto/ws/handshake_key.h"
#include "tests/support/fake_net.h"
#include "tests/support/recorder.h"
#include "tests/support/scripted_stream.h"

namespace wsb::net {

struct ClientBench {
  explicit ClientBench(const ConnectConfig& given = ConnectConfig{}) {
    ConnectConfig config = given;
    if (config.url.host.empty()) config.url = http::parse_url("ws://server.test/chat").value();
    auto stream = std::make_unique<ScriptedStream>(wire);
    connection = &loop().clients().connect(config, recorder, std::move(stream));
    network.run_until_idle();
  }
  ~ClientBench() {
    loop_->stop();
    loop_->run();
  }

  [[nodiscard]] FakeLoop& loop() { return *static_cast<FakeLoop*>(loop_.get()); }
  [[nodiscard]] bool ended() const { return recorder.count() != 0 && !peer().closes.empty(); }
  [[nodiscard]] const Peer& peer() const { return const_cast<Recorder&>(recorder).peer(0); }
  [[nodiscard]] const CloseInfo& close() const { return peer().closes.at(0); }
  void turn() { network.run_until_idle(); }

  // The accept value for the key of the request that was written.
  [[nodiscard]] std::string accept() const {
    const std::string name = "Sec-WebSocket-Key: ";
    const std::size_t start = wire.written.find(name) + name.size();
    return ws::accept_for_key(wire.written.substr(start, 24));
  }
  [[nodiscard]] Bytes answer(const std::string& more_headers = "") const {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " + accept() + "\r\n" + more_headers + "\r\n";
  }
  // As far as on_open; what was written is forgotten.
  void open(const std::string& more_headers = "") {
    wire.connect();
    wire.receive(answer(more_headers));
    turn();
    wire.written.clear();
  }
  static Bytes text(BytesView payload) { return frame(ws::Opcode::text, payload); }
  static Bytes frame(ws::Opcode opcode, BytesView payload) {
    Bytes out;
    ws::FrameEncoder::for_server().append_frame(out, opcode, payload);
    return out;
  }
  static Bytes close_frame(std::uint16_t code, const std::string& reason) {
    Bytes out;
    ws::FrameEncoder::for_server().append_close(out, {ws::CloseCode{code}, reason});
    return out;
  }

  FakeRuntime network;
  std::unique_ptr<Loop> loop_ = network.make_loop().value();
  ScriptedWire wire;
  Recorder recorder;
  Connection* connection = nullptr;
};

}  // namespace wsb::net

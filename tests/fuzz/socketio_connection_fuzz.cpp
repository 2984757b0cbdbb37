// A Socket.IO client and server that talk as the input says; and a server that hears noise.
// Holds: events and acks arrive as they were sent, with their attachments; an error is told once
// and nothing is heard after it; an end is told for what was joined, once.

#include <algorithm>
#include <deque>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/check.h"
#include "core/base/json_text.h"
#include "core/base/utf8.h"
#include "core/proto/socketio/client_connection.h"
#include "core/proto/socketio/server_connection.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;
using namespace wsb::socketio;

struct Said {
  std::string name;
  Bytes arg;
  std::vector<Bytes> attachments;

  void check(std::string_view heard_name, std::span<const BytesView> args,
             std::span<const BytesView> heard) const {
    WSB_CHECK(heard_name == name && args.size() == 1 && args[0] == arg);
    WSB_CHECK(std::equal(heard.begin(), heard.end(), attachments.begin(), attachments.end()));
  }
};

struct Wire {
  std::deque<std::pair<bool, Bytes>> messages;

  void send(BytesView text, std::span<const BytesView> attachments) {
    messages.emplace_back(false, text);
    for (const BytesView attachment : attachments) messages.emplace_back(true, attachment);
  }
  template <class Connection>
  void carry_to(Connection& to) {
    while (!messages.empty()) {
      const auto [binary, data] = std::move(messages.front());
      messages.pop_front();
      to.message_received(binary, data);
    }
  }
};

class ServerSide final : public ServerConnectionSink {
 public:
  void send(BytesView text, std::span<const BytesView> attachments) override {
    wire.send(text, attachments);
  }
  void on_connect(std::string_view nsp, BytesView) override {
    WSB_CHECK(!failed);
    asked.insert(std::string(nsp));
  }
  void on_namespace_limit(std::string_view) override { WSB_CHECK(!failed); }
  void on_event(const IncomingEvent& event) override {
    WSB_CHECK(!failed && joined.count(event.nsp) == 1);
    if (expected.empty()) return;  // noise
    expected.front().check(event.name, event.args, event.attachments);
    expected.pop_front();
    if (event.ack_id) to_ack = event.ack_id;
  }
  void on_ack(const IncomingAck&) override { WSB_CHECK(!failed); }
  void on_disconnect(std::string_view nsp, std::string_view) override {
    WSB_CHECK(joined.erase(std::string(nsp)) == 1);
  }
  void on_error(const Error& error) override {
    WSB_CHECK(!failed && !error.message.empty());
    failed = true;
  }

  Wire wire;
  std::set<std::string, std::less<>> asked, joined;
  std::deque<Said> expected;
  std::optional<std::uint64_t> to_ack;
  bool failed = false;
};

class ClientSide final : public ClientConnectionSink {
 public:
  void send(BytesView text, std::span<const BytesView> attachments) override {
    wire.send(text, attachments);
  }
  void on_connect(std::string_view sid, std::string_view) override { WSB_CHECK(sid == "id"); }
  void on_connect_error(std::string_view, BytesView) override { WSB_CHECK(false); }
  void on_event(const IncomingEvent& event) override {
    WSB_CHECK(!expected.empty());
    expected.front().check(event.name, event.args, event.attachments);
    expected.pop_front();
  }
  void on_ack(const IncomingAck& ack) override {
    WSB_CHECK(!acks.empty());
    acks.front().check(acks.front().name, ack.args, ack.attachments);
    acks.pop_front();
  }
  void on_disconnect() override { WSB_CHECK(false); }
  void on_error(const Error&) override { WSB_CHECK(false); }

  Wire wire;
  std::deque<Said> expected, acks;
};

Said take_event(fuzz::FuzzInput& input) {
  const unsigned choice = input.take_byte();
  Said said{"e" + Bytes(input.take(choice % 8)), json_string(input.take(choice)), {}};
  if (!is_valid_utf8(said.name)) said.name = "e";
  for (unsigned i = 0; i < choice >> 6U; ++i) {
    said.attachments.emplace_back(input.take(input.take_byte() % 16));
  }
  if (!said.attachments.empty()) said.arg = R"([{"_placeholder":true,"num":0}])";
  return said;
}

struct Sending {
  explicit Sending(const Said& said)
      : arg(said.arg),
        attachments(said.attachments.begin(), said.attachments.end()),
        event{said.name, {&arg, 1}, attachments} {}
  BytesView arg;
  std::vector<BytesView> attachments;
  OutgoingEvent event;
};

void converse(fuzz::FuzzInput input, const std::string& nsp) {
  ServerSide server_side;
  ClientSide client_side;
  ServerConnection server({}, &server_side, TimePoint(100s));
  ClientConnection client({nsp}, &client_side);
  client.connect({});
  client_side.wire.carry_to(server);
  server_side.joined.insert(nsp);
  server.accept(nsp, "id");
  server_side.wire.carry_to(client);
  while (!input.empty()) {
    const unsigned action = input.take_byte();
    const Said said = take_event(input);
    const Sending sending(said);
    if ((action & 1U) != 0) {
      client_side.expected.push_back(said);
      WSB_CHECK(server.emit(nsp, sending.event));
    } else {
      server_side.expected.push_back(said);
      const bool wants_ack = (action & 2U) != 0;
      WSB_CHECK(wants_ack ? client.emit_with_ack(sending.event).has_value()
                          : client.emit(sending.event));
      client_side.wire.carry_to(server);
      if (server_side.to_ack) {
        client_side.acks.push_back(said);
        WSB_CHECK(server.acknowledge(nsp, *std::exchange(server_side.to_ack, {}),
                                     sending.event.args, sending.attachments));
      }
    }
    server_side.wire.carry_to(client);
  }
  WSB_CHECK(server_side.expected.empty() && client_side.expected.empty());
  WSB_CHECK(client_side.acks.empty() && client.pending_acks() == 0 && !server_side.failed);
}

void hear_noise(fuzz::FuzzInput input) {
  ServerSide side;
  ServerConnection server({}, &side, TimePoint(100s));
  while (!input.empty()) {
    const unsigned choice = input.take_byte();
    server.message_received(choice % 4 == 3, input.take(choice >> 2U));
    for (const std::string& nsp : std::exchange(side.asked, {})) {
      if (side.failed) break;
      if ((choice & 4U) != 0) {
        side.joined.insert(nsp);
        server.accept(nsp, "id");
      } else {
        server.refuse(nsp, "no");
      }
    }
  }
  server.session_closed("transport close");
  WSB_CHECK(side.joined.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  switch (input.take_byte() % 4) {
    case 0: converse(input, "/"); break;
    case 1: converse(input, "/custom"); break;
    default: hear_noise(input); break;
  }
  return 0;
}

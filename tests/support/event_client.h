#pragma once

// A client that listens to GET /events on the fake network, as EventSource does: takes the head,
// the chunks and the events apart, and keeps what it got. Single-threaded.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/net/byte_stream.h"
#include "core/proto/http/chunked_decoder.h"
#include "core/proto/http/url.h"
#include "tests/support/fake_net.h"

namespace wsb::net {

class EventClient final : private StreamEvents {
 public:
  struct Event {
    std::string id;  // empty: none
    std::string type;
    std::string data;
  };

  // `target` as "/events?room=a"; `last_id` empty: it was never here.
  EventClient(FakeRuntime& network, Loop& loop, std::uint16_t port, const std::string& target,
              const std::string& last_id = {})
      : stream_(network.make_stream(
            loop, http::parse_url("ws://127.0.0.1:" + std::to_string(port)).value())) {
    request_ = "GET " + target + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n";
    if (!last_id.empty()) request_ += "Last-Event-ID: " + last_id + "\r\n";
    request_ += "\r\n";
    stream_->start(*this);
  }
  ~EventClient() override = default;
  EventClient(const EventClient&) = delete;
  EventClient& operator=(const EventClient&) = delete;

  void leave() {
    if (!std::exchange(ended, true)) stream_->abort();
  }

  std::string head;
  std::vector<Event> events;
  bool ended = false;
  bool complete = false;  // the last chunk came

 private:
  void on_phase(Phase phase) override {
    if (phase == Phase::handshake) (void)stream_->write(request_);
  }
  void on_writable() override {}
  void on_end(const StreamEnd&) override { ended = true; }
  void on_bytes(BytesView bytes) override {
    if (!has_head_) {
      head += bytes;
      const std::size_t end = head.find("\r\n\r\n");
      if (end == head.npos) return;
      has_head_ = true;
      const std::string body = head.substr(end + 4);
      head.resize(end + 4);
      return take_body(body);
    }
    take_body(bytes);
  }
  void take_body(BytesView bytes) {
    while (!bytes.empty() && !chunks_.done()) text_ += chunks_.next(bytes).value();
    complete = chunks_.done();
    std::size_t end = 0;
    while ((end = text_.find('\n')) != text_.npos) {
      take_line(text_.substr(0, end));
      text_.erase(0, end + 1);
    }
  }
  void take_line(const std::string& line) {
    if (line.empty()) {
      if (has_data_) events.push_back(std::exchange(event_, {}));
      event_ = {};
      has_data_ = false;
      return;
    }
    const std::size_t colon = line.find(": ");
    const std::string name = line.substr(0, colon);
    const std::string value = colon == line.npos ? "" : line.substr(colon + 2);
    if (name == "id") event_.id = value;
    if (name == "event") event_.type = value;
    if (name != "data") return;
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  }

  std::unique_ptr<ByteStream> stream_;
  std::string request_;
  bool has_head_ = false;
  http::ChunkedDecoder chunks_;
  std::string text_;
  Event event_;
  bool has_data_ = false;
};

}  // namespace wsb::net

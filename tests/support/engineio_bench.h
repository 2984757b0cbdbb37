#pragma once

// For tests of what Engine.IO sessions are used for: requests and WebSockets that remember what
// they were given. One thread.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/net/connection.h"
#include "core/net/http.h"
#include "core/proto/ws/message_sink.h"

namespace wsb::net {

class KeptRequest final : public HttpExchange {
 public:
  KeptRequest(std::string method, std::string query, Bytes body = {}, http::Headers headers = {}) {
    asked_.method = std::move(method);
    asked_.path = "/socket.io/";
    asked_.query = std::move(query);
    asked_.headers = std::move(headers);
    asked_.body = std::move(body);
    asked_.remote = "192.0.2.7:5000";
  }
  [[nodiscard]] const HttpRequest& request() const override { return asked_; }
  void respond(HttpResponse response) override { answer_ = std::move(response); }
  void when_gone(std::function<void()> gone) override { gone_ = std::move(gone); }

  void go() {
    if (!answer_ && gone_) gone_();
  }
  [[nodiscard]] bool answered() const { return answer_.has_value(); }
  // "200 ok"; "-" without an answer.
  [[nodiscard]] std::string answer() const {
    if (!answer_) return "-";
    return std::to_string(answer_->status) + ' ' + (answer_->body ? *answer_->body : Bytes());
  }

 private:
  HttpRequest asked_;
  std::optional<HttpResponse> answer_;
  std::function<void()> gone_;
};

// What was sent is "t:text", "b:bytes" or, of a batch, "batch:" and the number of its messages.
class KeptWebSocket final : public Connection {
 public:
  explicit KeptWebSocket(ConnectionId id, std::string target = "/socket.io/") : id_(id) {
    info_.target = std::move(target);
    info_.remote = "192.0.2.8:5000";
  }
  [[nodiscard]] ConnectionId id() const override { return id_; }
  [[nodiscard]] const ConnectionInfo& info() const override { return info_; }
  [[nodiscard]] ConnectionStats stats() const override { return {}; }
  SendStatus send(const BatchRef& batch, std::size_t, std::size_t) override {
    sent_.push_back("batch:" + std::to_string(batch->message_count()));
    return SendStatus::sent;
  }
  SendStatus send(ws::Opcode opcode, BytesView payload, bool) override {
    sent_.push_back((opcode == ws::Opcode::text ? "t:" : "b:") + std::string(payload));
    return SendStatus::sent;
  }
  void ping(BytesView) override {}
  void close(std::uint16_t code, std::string_view reason) override {
    closed_ = std::to_string(code) + ' ' + std::string(reason);
  }
  void abort() override { closed_ = "aborted"; }
  void pause_reading() override { paused_ = true; }
  void resume_reading() override { paused_ = false; }

  std::vector<std::string> take() { return std::exchange(sent_, {}); }
  [[nodiscard]] const std::string& closed() const { return closed_; }
  [[nodiscard]] bool paused() const { return paused_; }
  [[nodiscard]] ConnectionInfo& edit() { return info_; }

 private:
  const ConnectionId id_;
  ConnectionInfo info_;
  std::vector<std::string> sent_;
  std::string closed_;
  bool paused_ = false;
};

[[nodiscard]] inline ws::Message text_message(BytesView text) {
  ws::Message message;
  message.opcode = ws::Opcode::text;
  message.payload = text;
  return message;
}

}  // namespace wsb::net

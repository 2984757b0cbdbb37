#include "tests/unit/net/lws/test_server.h"

#include <catch2/catch.hpp>

#include <future>

#include "core/net/lws/log_bridge.h"

namespace wsb::net {
namespace {

std::string_view take_word(std::string_view& text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(std::min(space + 1, text.size()));
  return word;
}

int number(std::string_view text) { return std::stoi(std::string(text)); }

}  // namespace

void TestLog::write(LogLevel, std::string_view line) {
  const std::lock_guard lock(mutex_);
  text_ += std::string(line) + "\n";
}

std::string TestLog::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

TestServer::TestServer(ListenConfig config) {
  route_lws_log(&log_);
  auto sockets = open_listen_sockets("127.0.0.1", 0, 1);
  REQUIRE(sockets);
  port_ = sockets->front().port();
  auto loop = LwsLoop::create(global_);
  REQUIRE(loop);
  loop_ = std::move(loop).value();
  auto listener =
      LwsListener::create(*loop_, log_, std::move(sockets->front()), config, *this, *this);
  REQUIRE(listener);
  listener_ = std::move(listener).value();
  loop_->set_turn_end(this);
  thread_ = std::thread([this] { loop_->run(); });
}

TestServer::~TestServer() {
  loop_->stop();
  thread_.join();
  if (!open_.empty()) FAIL_CHECK("a connection had no on_close");
  listener_.reset();
  loop_.reset();
  route_lws_log(nullptr);
}

void TestServer::run_on_loop(const std::function<void()>& action) {
  std::promise<void> done;
  const bool posted = loop_->post([&] {
    action();
    done.set_value();
  });
  REQUIRE(posted);
  done.get_future().wait();
}

ListenerStats TestServer::stats() {
  ListenerStats out;
  run_on_loop([&] { out = listener_->stats(); });
  return out;
}

void TestServer::stop_accepting() {
  run_on_loop([&] { listener_->stop_accepting(); });
}

void TestServer::set_identity(const ServerIdentity& identity) {
  run_on_loop([&] { REQUIRE(listener_->set_identity(identity)); });
}

void TestServer::end_listener() {
  run_on_loop([&] { listener_.reset(); });
}

void TestServer::publish(const std::vector<std::string>& messages) {
  run_on_loop([&] {
    for (const std::string& message : messages) {
      if (builder_.full_for(message.size())) flush();
      builder_.append({}, ws::Opcode::text, message);
    }
  });
}

bool TestServer::wait_for(const std::string& text) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, 10s, [&] { return events_.find(text) != std::string::npos; });
}

bool TestServer::eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    run_on_loop([] {});
  }
  return true;
}

std::string TestServer::events() {
  const std::lock_guard lock(mutex_);
  return events_;
}

void TestServer::note(const std::string& line) {
  {
    const std::lock_guard lock(mutex_);
    events_ += line + "\n";
  }
  changed_.notify_all();
}

HandshakeDecision TestServer::on_handshake(const HandshakeRequest& request) {
  HandshakeDecision decision;
  if (request.path == "/forbidden") {
    decision.refusal =
        HttpResponse{403, {{"X-Why", "forbidden"}}, std::make_shared<const Bytes>("not here\n")};
  }
  for (const std::string_view value : request.headers.all("Sec-WebSocket-Protocol")) {
    for (const std::string_view name : http::split_list(value)) {
      if (name == "chat.v2") decision.subprotocol = name;
    }
  }
  note("handshake " + std::string(request.path) + "?" + std::string(request.query));
  return decision;
}

void TestServer::on_open(Connection& connection) {
  open_[connection.id().slot] = &connection;
  if (connection.info().target == "/welcome") {
    connection.send(ws::Opcode::text, "welcome");
  }
  note("open " + connection.info().target + " " + connection.info().extensions);
}

void TestServer::on_message(Connection& connection, const ws::Message& message) {
  if (!message.payload.empty() && message.payload.front() == '@') return obey(connection, message);
  if (builder_.full_for(message.payload.size())) flush();
  builder_.append(connection.id(), message.opcode, message.payload);
}

void TestServer::obey(Connection& connection, const ws::Message& message) {
  std::string_view rest = message.payload;
  const std::string_view verb = take_word(rest);
  if (verb == "@echo") {
    connection.send(message.opcode, rest, message.compressed);
  } else if (verb == "@close") {
    const int code = number(take_word(rest));
    connection.close(static_cast<std::uint16_t>(code), rest);
  } else if (verb == "@abort") {
    connection.abort();
  } else if (verb == "@flood") {
    const int count = number(take_word(rest));
    for (int i = 0; i < count; ++i) connection.send(ws::Opcode::binary, std::string(1024, 'f'));
    note("flooded");
  } else if (verb == "@pause") {
    connection.pause_reading();
    loop_->schedule(loop_->now() + 20ms, [this, id = connection.id()] {
      const auto found = open_.find(id.slot);
      if (found == open_.end()) return;
      note("resume");
      found->second->resume_reading();
    });
  } else if (verb == "@ping") {
    connection.ping(rest);
    note("pinged");
  }
}

void TestServer::on_pong(Connection&, BytesView payload) { note("pong " + std::string(payload)); }

void TestServer::on_close(Connection& connection, const CloseInfo& close) {
  open_.erase(connection.id().slot);
  static constexpr std::string_view kBy[] = {"local", "peer", "network"};
  note("close by " + std::string(kBy[static_cast<int>(close.by)]) + " " +
       std::to_string(close.code) + (close.clean ? " clean '" : " unclean '") + close.reason +
       "' " + (close.error ? close.error->text() : "no error"));
}

void TestServer::on_request(std::shared_ptr<HttpExchange> exchange) {
  const HttpRequest& request = exchange->request();
  note("request " + request.method + " " + request.path + "?" + request.query + " " +
       std::to_string(request.body.size()));
  if (request.path == "/hold") {
    held_.push_back(exchange);
    return;
  }
  if (request.path == "/later") {
    loop_->schedule(loop_->now() + 5ms, [exchange] {
      exchange->respond({200, {}, std::make_shared<const Bytes>("later")});
    });
    return;
  }
  std::string body = request.method + " " + request.path + " " + request.query + " " + request.body;
  if (request.path == "/large") body.assign(3'000'000, 'L');
  exchange->respond({200, {{"X-Test", "yes"}}, std::make_shared<const Bytes>(std::move(body))});
}

void TestServer::flush() {
  const BatchRef batch = builder_.freeze();
  const auto& segments = batch->plain().segments;
  const std::map<std::uint32_t, Connection*> receivers = open_;
  for (const auto& [slot, connection] : receivers) {
    std::size_t first = 0;
    for (std::size_t i = 0; i <= segments.size(); ++i) {
      if (i < segments.size() && segments[i].sender != connection->id()) continue;
      if (first < i) connection->send(batch, first, i);
      first = i + 1;
    }
  }
}

}  // namespace wsb::net

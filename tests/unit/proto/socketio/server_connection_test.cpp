#include "core/proto/socketio/server_connection.h"

#include <catch2/catch.hpp>

#include <functional>

#include "tests/unit/proto/socketio/connection_log.h"

using namespace wsb;
using namespace wsb::socketio;

namespace {

using Log = std::vector<std::string>;
using Views = std::vector<BytesView>;

const TimePoint kStart{100s};

class Recorder final : public ServerConnectionSink {
 public:
  void send(BytesView text, std::span<const BytesView> attachments) override {
    log.add("send " + Bytes(text), attachments);
  }
  void on_connect(std::string_view nsp, BytesView auth) override {
    log.add("connect " + Bytes(nsp) + " " + Bytes(auth));
  }
  void on_namespace_limit(std::string_view nsp) override { log.add("limit " + Bytes(nsp)); }
  void on_event(const IncomingEvent& event) override {
    log.add_event(event);
    if (on_event_do) on_event_do(event);
  }
  void on_ack(const IncomingAck& ack) override { log.add_ack(ack); }
  void on_disconnect(std::string_view nsp, std::string_view reason) override {
    log.add("disconnect " + Bytes(nsp) + " " + Bytes(reason));
  }
  void on_error(const Error& error) override { log.add("error " + error.message); }

  test::ConnectionLog log;
  std::function<void(const IncomingEvent&)> on_event_do;
};

struct Server {
  explicit Server(const ServerConnectionOptions& options = {})
      : connection(options, &sink, kStart) {}
  void text(BytesView message) { connection.message_received(false, message); }
  void binary(BytesView data) { connection.message_received(true, data); }
  // The client is in `nsp` from here on.
  void join(std::string_view nsp = "/") {
    text("0" + Bytes(nsp) + ",");
    connection.accept(nsp, "id");
    take();
  }
  Log take() { return sink.log.take(); }

  Recorder sink;
  ServerConnection connection;
};

}  // namespace

TEST_CASE("a client joins namespaces with auth and hears its id") {
  Server server;
  server.text("0");
  server.connection.accept("/", "aaa");
  server.text(R"(0/custom,{"token":"123"})");
  server.connection.accept("/custom", "bbb", "secret");
  CHECK(server.take() == Log{"connect / ", R"(send 0{"sid":"aaa"})",
                             R"(connect /custom {"token":"123"})",
                             R"(send 0/custom,{"sid":"bbb","pid":"secret"})"});
  CHECK(server.connection.is_joined("/"));
  CHECK(server.connection.is_joined("/custom"));
  CHECK_FALSE(server.connection.is_joined("/other"));
}

TEST_CASE("a client is refused with words and data, and may try again") {
  Server server;
  server.text("0/random");
  server.connection.refuse("/random", "Invalid namespace");
  server.text("0/secret,{}");
  CHECK_FALSE(server.connection.is_joined("/secret"));
  server.connection.refuse("/secret", "unauthorized", R"({"code":401})");
  server.text("0/secret,{}");
  server.connection.accept("/secret", "x");
  CHECK(server.take() == Log{"connect /random ", R"(send 4/random,{"message":"Invalid namespace"})",
                             "connect /secret {}",
                             R"(send 4/secret,{"message":"unauthorized","data":{"code":401}})",
                             "connect /secret {}", R"(send 0/secret,{"sid":"x"})"});
}

TEST_CASE("an answer that nobody waits for is not given") {
  Server server;
  server.connection.accept("/", "x");
  server.connection.refuse("/", "no");
  server.join();
  server.connection.accept("/", "y");
  server.connection.refuse("/", "no");
  CHECK(server.take().empty());
  CHECK(server.connection.is_joined("/"));
}

TEST_CASE("events come with their arguments as they were written") {
  Server server;
  server.join();
  server.join("/admin");
  server.text(R"(2["message",1,"2",{"3":[true]}])");
  server.text(R"(2/admin,456["with ack", 1.0 ])");
  server.text(R"(51-["file",{"_placeholder":true,"num":0}])");
  server.binary("bytes");
  CHECK(server.take() == Log{R"(event / message 1 "2" {"3":[true]})",
                             "event /admin with ack ack=456 1.0",
                             R"(event / file {"_placeholder":true,"num":0} #bytes)"});
}

TEST_CASE("events and acks are sent to namespaces that were joined") {
  Server server;
  const Views args{"1", R"({"_placeholder":true,"num":0})"};
  const Views attachments{"bytes"};
  CHECK_FALSE(server.connection.emit("/", {"early", args}));
  server.text("0");
  CHECK_FALSE(server.connection.emit("/", {"early", args}));
  CHECK_FALSE(server.connection.acknowledge("/", 1, args));
  CHECK_FALSE(server.connection.emit_with_ack("/", {"early", args}));
  server.connection.accept("/", "x");
  server.take();
  CHECK(server.connection.emit("/", {"a", {args.data(), 1}}));
  CHECK(server.connection.emit("/", {"b", args, attachments}));
  CHECK(server.connection.acknowledge("/", 7, {args.data(), 1}));
  CHECK(server.connection.acknowledge("/", 8, args, attachments));
  CHECK(server.take() == Log{R"(send 2["a",1])",
                             R"(send 51-["b",1,{"_placeholder":true,"num":0}] #bytes)",
                             "send 37[1]", R"(send 61-8[1,{"_placeholder":true,"num":0}] #bytes)"});
}

TEST_CASE("an ack is told once, and only if it is waited for") {
  Server server;
  server.join();
  server.join("/b");
  CHECK(server.connection.emit_with_ack("/", {"q", {}}) == 0U);
  CHECK(server.connection.emit_with_ack("/", {"q", {}}) == 1U);
  CHECK(server.connection.emit_with_ack("/b", {"q", {}}) == 0U);
  CHECK(server.take() == Log{R"(send 20["q"])", R"(send 21["q"])", R"(send 2/b,0["q"])"});
  server.text("31[true]");
  server.text("31[true]");
  server.text("39[]");
  server.text("3/b,0[]");
  server.connection.forget_ack("/", 0);
  server.text("30[]");
  CHECK(server.take() == Log{"ack / 1 true", "ack /b 0"});
}

TEST_CASE("the acks that a client owes are limited") {
  ServerConnectionOptions options;
  options.max_pending_acks = 1;
  Server server(options);
  server.join();
  CHECK(server.connection.emit_with_ack("/", {"q", {}}) == 0U);
  CHECK_FALSE(server.connection.emit_with_ack("/", {"q", {}}));
  server.text("30[]");
  CHECK(server.connection.emit_with_ack("/", {"q", {}}) == 1U);
}

TEST_CASE("the namespaces of a client are limited") {
  ServerConnectionOptions options;
  options.max_namespaces = 2;
  Server server(options);
  server.join("/a");
  server.text("0/b,");
  server.take();
  server.text("0/c,");
  CHECK(server.take() == Log{R"(send 4/c,{"message":"Too many namespaces"})", "limit /c"});
  server.connection.refuse("/b", "no");
  server.text("0/c,");
  CHECK(server.take() == Log{R"(send 4/b,{"message":"no"})", "connect /c "});
}

TEST_CASE("a client leaves one namespace and stays in others") {
  Server server;
  server.join();
  server.join("/custom");
  server.text("1/custom,");
  CHECK(server.take() == Log{"disconnect /custom client namespace disconnect"});
  server.text(R"(2["still"])");
  CHECK(server.take() == Log{"event / still"});
  server.text("1");
  CHECK(server.take() == Log{"disconnect / client namespace disconnect"});
  server.connection.tick(kStart + 1h);  // in no namespace, but it was in one
  CHECK_FALSE(server.connection.next_deadline());
  server.join();
  CHECK(server.connection.is_joined("/"));
}

TEST_CASE("the server puts a client out of a namespace") {
  Server server;
  server.join("/a");
  server.connection.disconnect("/other");
  server.connection.disconnect("/a");
  server.connection.disconnect("/a");
  CHECK(server.take() == Log{"send 1/a,", "disconnect /a server namespace disconnect"});
  CHECK_FALSE(server.connection.is_joined("/a"));
}

TEST_CASE("an application may disconnect the client while it hears from it") {
  Server server;
  server.join();
  server.sink.on_event_do = [&server](const IncomingEvent& event) {
    server.connection.acknowledge("/", *event.ack_id, event.args);
    server.connection.disconnect(event.nsp);
  };
  server.text(R"(25["bye",[1]])");
  CHECK(server.take() == Log{"event / bye ack=5 [1]", "send 35[[1]]", "send 1",
                             "disconnect / server namespace disconnect"});
}

TEST_CASE("whoever breaks the protocol is not heard any more") {
  const std::string not_joined = "error a packet for a namespace that was not joined";
  const std::string payload = "error a Socket.IO packet with an invalid payload or ack id";
  const std::string no_array = "error the payload of an event is no JSON array that is taken";
  struct Case {
    bool joined;
    std::string_view message;
    std::string expected;
  };
  const Case cases[] = {
      {false, R"(2["a"])", not_joined},
      {false, "1", not_joined},
      {false, "30[]", not_joined},
      {false, "abc", "error a Socket.IO packet of unknown type"},
      {true, "abc", "error a Socket.IO packet of unknown type"},
      {true, "0", "error a namespace was joined twice"},
      {true, R"(4{"message":"x"})", not_joined},
      {true, R"(2/other,["a"])", not_joined},
      {true, "1/other,", not_joined},
      {true, "2{}", no_array},
      {true, R"(2abc["a"])", no_array},
      {true, R"(2["disconnect"])", "error an event with the reserved name disconnect"},
      {true, "3[]", payload},
      {true, "50-[1]", "error a binary packet has no attachments"},
      {true, "511-[1]", "error too many attachments: 11, not more than 10 are taken"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.message);
    Server server;
    if (c.joined) server.join();
    server.text(c.message);
    CHECK(server.take() == Log{c.expected});
    server.text("0/x,");
    server.binary("x");
    server.connection.tick(kStart + 1h);
    CHECK(server.take().empty());
    CHECK_FALSE(server.connection.next_deadline());
  }
}

TEST_CASE("a namespace is not joined before the server says so") {
  Server twice;
  twice.text("0");
  twice.text("0");
  CHECK(twice.take() == Log{"connect / ", "error a namespace was joined twice"});
  Server early;
  early.text("0");
  early.text(R"(2["a"])");
  CHECK(early.take() == Log{"connect / ", "error a packet for a namespace that was not joined"});
  early.connection.accept("/", "late");
  CHECK(early.take().empty());
}

TEST_CASE("a client that joins nothing is given up") {
  Server silent;
  CHECK(silent.connection.next_deadline() == kStart + 45s);
  silent.connection.tick(kStart + 44999ms);
  CHECK(silent.take().empty());
  silent.connection.tick(kStart + 45s);
  CHECK(silent.take() == Log{"error no namespace was joined within 45s"});

  Server refused;
  refused.text("0");
  refused.connection.refuse("/", "no");
  refused.take();
  refused.connection.tick(kStart + 45s);
  CHECK(refused.take() == Log{"error no namespace was joined within 45s"});

  Server joined;
  joined.join();
  CHECK_FALSE(joined.connection.next_deadline());
  joined.connection.tick(kStart + 1h);
  CHECK(joined.take().empty());
}

TEST_CASE("the end of the session is the end of every namespace that was joined") {
  Server server;
  server.join();
  server.join("/a");
  server.text("0/pending,");
  server.take();
  server.connection.session_closed("transport close");
  server.connection.session_closed("transport close");
  CHECK(server.take() == Log{"disconnect / transport close", "disconnect /a transport close"});
  CHECK_FALSE(server.connection.emit("/", {"late", {}}));
  server.text("0");
  CHECK(server.take().empty());

  Server broken;
  broken.join();
  broken.text("abc");
  broken.take();
  broken.connection.session_closed("parse error");
  CHECK(broken.take() == Log{"disconnect / parse error"});
}

#include "cli/client_socketio_options.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>

#include "core/proto/http/url.h"

namespace wsb::cli {
namespace {

std::string refusal(const SocketioArguments& arguments) {
  const auto options = make_socketio_options(arguments);
  return options ? "" : options.error().text();
}

std::string target_of(const std::string& url) {
  net::ConnectConfig config;
  config.url = http::parse_url(url).value();
  ask_for_socketio(config);
  return config.url.target;
}

TEST_CASE("the URL asks for Engine.IO over a WebSocket, on its own path where it has one") {
  const std::string asked = "EIO=4&transport=websocket";
  CHECK(target_of("http://localhost:3000") == "/socket.io/?" + asked);
  CHECK(target_of("ws://localhost/?token=a") == "/socket.io/?" + asked + "&token=a");
  CHECK(target_of(":3000/chat") == "/chat/?" + asked);
  CHECK(target_of(":3000/a/?room=x&b") == "/a/?" + asked + "&room=x&b");
  // Somebody knows it better.
  CHECK(target_of(":3000/a?EIO=4&transport=websocket&x=1") ==
        "/a?EIO=4&transport=websocket&x=1");
}

TEST_CASE("the namespace may be said without its slash, as with io.of()") {
  CHECK(make_socketio_options({true, "", ""})->nsp == "/");
  CHECK(make_socketio_options({true, "/admin", ""})->nsp == "/admin");
  CHECK(make_socketio_options({true, "admin", ""})->nsp == "/admin");
  CHECK(refusal({true, "/a,b", ""}).starts_with("--namespace '/a,b': "));
}

TEST_CASE("what authenticates is a JSON object, of the command line or of a file") {
  CHECK(make_socketio_options({true, "", "{\"token\": \"t\"}"})->auth == "{\"token\":\"t\"}");
  CHECK(refusal({true, "", "secret"}) ==
        "--auth: it is no JSON object, such as '{\"token\":\"…\"}'");
  const std::string name = "client_socketio_options_test.json";
  std::ofstream(name) << "{\n  \"token\": \"t\"\n}\n";
  CHECK(make_socketio_options({true, "", "@" + name})->auth == "{\"token\":\"t\"}");
  std::ofstream(name) << "[]";
  CHECK(refusal({true, "", "@" + name}) ==
        "--auth: '" + name + "' is no JSON object, such as '{\"token\":\"…\"}'");
  std::remove(name.c_str());
  const auto missing = make_socketio_options({true, "", "@" + name});
  CHECK(missing.error().code == ErrorCode::cannot_read);
}

TEST_CASE("what is for Socket.IO alone is refused without it") {
  CHECK(make_socketio_options({}));
  CHECK(refusal({false, "/x", ""}) == "--namespace is for --socketio");
  CHECK(refusal({false, "", "{}"}) == "--auth is for --socketio");
}

}  // namespace
}  // namespace wsb::cli

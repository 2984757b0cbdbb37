#include "core/app/socketio_config.h"

#include <catch2/catch.hpp>

namespace wsb::app {

TEST_CASE("names of namespaces and suites are checked, by the option's name") {
  CHECK(SocketioConfig{{"/chat", "/room-*"}, "socketio"}.validate().has_value());
  const auto bare = SocketioConfig{{"chat"}, ""}.validate();
  REQUIRE_FALSE(bare);
  CHECK(bare.error().text().starts_with("--namespace 'chat': "));
  const auto unknown = SocketioConfig{{}, "ws"}.validate();
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().text() ==
        "--conformance: 'ws' is neither 'engineio' nor 'socketio'");
}

TEST_CASE("an option that was given is known by its name") {
  CHECK(SocketioConfig{}.option_given().empty());
  CHECK(SocketioConfig{{"/a"}, ""}.option_given() == "--namespace");
  CHECK(SocketioConfig{{}, "engineio"}.option_given() == "--conformance");
  CHECK(SocketioConfig{{}, "", "io.js"}.option_given() == "--socketio-client");
  CHECK(SocketioConfig{{}, "", "", std::chrono::minutes(2)}.option_given() == "--recovery");
}

}  // namespace wsb::app

#include "cli/client_notes.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace wsb::cli {
namespace {

class Lines final : public Log {
 public:
  void write(LogLevel level, std::string_view line) override {
    all.push_back((level == LogLevel::warning ? "warning: " : "") + std::string(line));
  }
  [[nodiscard]] bool enabled(LogLevel) const override { return true; }
  std::vector<std::string> all;
};

net::ConnectionInfo connection() {
  net::ConnectionInfo info;
  info.remote = "192.0.2.7:443";
  info.local = "192.0.2.1:50000";
  info.request_text = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  info.response_head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
  info.times = {1ms, 2ms, 5ms, 7ms};
  return info;
}

TEST_CASE("without -v only warnings are told") {
  Lines lines;
  const ClientNotes notes(lines, false);
  notes.opened(connection());
  notes.ended({}, connection());
  notes.warning("ambiguous");
  CHECK(lines.all == std::vector<std::string>{"warning: ambiguous"});
}

TEST_CASE("with -v it tells addresses, handshake, times and end") {
  Lines lines;
  const ClientNotes notes(lines, true);
  notes.opened(connection());
  app::ClientReport report;
  report.opened = true;
  report.close.by = net::CloseInfo::By::peer;
  report.close.code = 1000;
  report.open_for = 1500ms;
  notes.ended(report, connection());
  CHECK(lines.all ==
        std::vector<std::string>{
            "connected to 192.0.2.7:443 from 192.0.2.1:50000", "> GET / HTTP/1.1", "> Host: h",
            "< HTTP/1.1 101 Switching Protocols", "< Upgrade: websocket",
            "resolved after 1ms, connected after 2ms, upgraded after 7ms",
            "closed by the peer with 1000 (normal closure) after 1.5s, 0 sent, 0 received"});
}

TEST_CASE("with -v it tells what TLS agreed on") {
  Lines lines;
  net::ConnectionInfo info = connection();
  info.tls = true;
  info.tls_info.version = "TLSv1.3";
  info.tls_info.cipher = "TLS_AES_256_GCM_SHA384";
  info.tls_info.peer_subject = "CN=h";
  info.tls_info.verify_result = "ok";
  ClientNotes(lines, true).opened(info);
  CHECK(lines.all[1] == "TLSv1.3, TLS_AES_256_GCM_SHA384, certificate of CN=h: ok");
  CHECK(lines.all.back() ==
        "resolved after 1ms, connected after 2ms, TLS after 5ms, upgraded after 7ms");
}

TEST_CASE("with -v it tells the handshake of a connection that never opened at its end") {
  Lines lines;
  ClientNotes(lines, true).ended({}, connection());
  CHECK(lines.all == std::vector<std::string>{"> GET / HTTP/1.1", "> Host: h",
                                              "< HTTP/1.1 101 Switching Protocols",
                                              "< Upgrade: websocket"});
}

}  // namespace
}  // namespace wsb::cli

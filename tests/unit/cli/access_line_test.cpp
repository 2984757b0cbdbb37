#include "cli/access_line.h"

#include <catch2/catch.hpp>

namespace wsb::cli {
namespace {

using namespace std::chrono_literals;
using Kind = net::AccessEntry::Kind;

const std::chrono::system_clock::time_point kTime{std::chrono::milliseconds(1795544403123)};

net::AccessRequest a_request() {
  return {"127.0.0.1:50312", "", "GET", "/chat?room=a", "", "curl/8.1", 1};
}

TEST_CASE("a request is a line of the Combined Log Format") {
  net::AccessRequest request = a_request();
  CHECK(access_line_text({Kind::request, request, 200, 1234, 5ms}, kTime) ==
        "127.0.0.1 - - [24/Nov/2026:18:20:03 +0000] \"GET /chat?room=a HTTP/1.1\" 200 1234 \"-\" "
        "\"curl/8.1\"\n");
  request.remote = "[2001:db8::1]:443";
  request.user = "alice smith";
  request.referer = "http://host/";
  request.user_agent = "";
  request.version_minor = 0;
  CHECK(access_line_text({Kind::opened, request, 101, 0, 5ms}, kTime) ==
        "2001:db8::1 - alice\\x20smith [24/Nov/2026:18:20:03 +0000] \"GET /chat?room=a HTTP/1.0\" "
        "101 0 \"http://host/\" \"-\"\n");
}

TEST_CASE("what could not be read has no request line") {
  const net::AccessRequest request{"2001:db8::1", {}, {}, {}, {}, {}};
  CHECK(access_line_text({Kind::request, request, 400, 20, 0ms}, kTime) ==
        "2001:db8::1 - - [24/Nov/2026:18:20:03 +0000] \"-\" 400 20 \"-\" \"-\"\n");
  CHECK(access_line_json({Kind::request, request, 400, 20, 0ms}, kTime) ==
        "{\"time\":\"2026-11-24T18:20:03.123Z\",\"event\":\"request\",\"client\":\"2001:db8::1\","
        "\"status\":400,\"bytes\":20,\"duration\":0.000000}\n");
}

TEST_CASE("nothing that a client sends ends a line or a quote") {
  net::AccessRequest request = a_request();
  request.target = "/\"\\\x1b[2J\xc3\xa9";
  request.user_agent = "a\" 200 1\n";
  CHECK(access_line_text({Kind::refused, request, 403, 9, 5ms}, kTime) ==
        "127.0.0.1 - - [24/Nov/2026:18:20:03 +0000] \"GET /\\x22\\x5C\\x1B[2J\\xC3\\xA9 HTTP/1.1\" "
        "403 9 \"-\" \"a\\x22 200 1\\x0A\"\n");
  CHECK(access_line_json({Kind::refused, request, 403, 9, 5ms}, kTime) ==
        "{\"time\":\"2026-11-24T18:20:03.123Z\",\"event\":\"refused\","
        "\"client\":\"127.0.0.1:50312\",\"method\":\"GET\",\"target\":\"/\\\"\\\\\\u001b[2J"
        "\xc3\xa9\",\"protocol\":\"HTTP/1.1\",\"status\":403,\"bytes\":9,\"duration\":0.005000,"
        "\"user_agent\":\"a\\\" 200 1\\n\"}\n");
}

TEST_CASE("a WebSocket that has ended tells how it went") {
  const net::AccessRequest request = a_request();
  net::ConnectionStats stats;
  stats.messages_in = 1;
  stats.payload_bytes_in = 20;
  stats.messages_out = 3;
  stats.payload_bytes_out = 40;
  net::CloseInfo close;
  close.by = net::CloseInfo::By::peer;
  close.code = 1000;
  close.reason = "bye\n";
  const net::AccessEntry entry{Kind::closed, request, 101, 40, 61'234'567us, &stats, &close};
  CHECK(access_line_text(entry, kTime) ==
        "127.0.0.1 - - [24/Nov/2026:18:20:03 +0000] \"CLOSE /chat?room=a HTTP/1.1\" 101 40 \"-\" "
        "\"curl/8.1\" close=1000 by=client duration=61.234567 messages_in=1 bytes_in=20 "
        "messages_out=3 bytes_out=40\n");
  stats.dropped_messages = 7;
  CHECK(access_line_json(entry, kTime) ==
        "{\"time\":\"2026-11-24T18:20:03.123Z\",\"event\":\"closed\","
        "\"client\":\"127.0.0.1:50312\",\"method\":\"GET\",\"target\":\"/chat?room=a\","
        "\"protocol\":\"HTTP/1.1\",\"status\":101,\"duration\":61.234567,"
        "\"user_agent\":\"curl/8.1\",\"close\":1000,\"by\":\"client\",\"reason\":\"bye\\n\","
        "\"messages_in\":1,\"bytes_in\":20,\"messages_out\":3,\"bytes_out\":40,\"dropped\":7}\n");
}

}  // namespace
}  // namespace wsb::cli

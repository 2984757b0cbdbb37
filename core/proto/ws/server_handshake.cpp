#include "core/proto/ws/server_handshake.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/proto/http/response.h"
#include "core/proto/ws/handshake_key.h"

namespace wsb::ws {
namespace {

constexpr std::string_view kVersion = "13";

UpgradeRefused refuse(int status, std::string why, http::Headers headers = {}) {
  return {status, std::move(headers), std::move(why) + "\n"};
}

// RFC 6455 §4.2.1; the order decides which of several faults is named.
std::optional<UpgradeRefused> find_fault(const http::RequestHead& request) {
  const http::Headers& headers = request.headers;
  if (request.version_major != 1) {
    return refuse(505, "this server speaks HTTP/1.1");
  }
  if (request.method != "GET") {
    return refuse(405, "a WebSocket is opened with GET", {{"Allow", "GET"}});
  }
  if (!headers.contains_token("Upgrade", "websocket")) {
    return refuse(426, "this address is a WebSocket: the request needs 'Upgrade: websocket'",
                  {{"Upgrade", "websocket"}});
  }
  if (request.version_minor < 1) {
    return refuse(505, "a WebSocket needs HTTP/1.1");
  }
  if (!headers.contains_token("Connection", "Upgrade")) {
    return refuse(400, "the header 'Connection: Upgrade' is missing");
  }
  if (headers.count("Host") != 1) {
    return refuse(400, "the request needs one Host header");
  }
  const auto version = headers.find("Sec-WebSocket-Version");
  if (!version || headers.count("Sec-WebSocket-Version") != 1 || *version != kVersion) {
    return refuse(version ? 426 : 400, "this server speaks WebSocket version 13",
                  {{"Sec-WebSocket-Version", std::string(kVersion)}});
  }
  const auto key = headers.find("Sec-WebSocket-Key");
  if (!key || headers.count("Sec-WebSocket-Key") != 1 || !is_handshake_key(*key)) {
    return refuse(400, "the request needs one Sec-WebSocket-Key of 16 bytes in base64");
  }
  return std::nullopt;
}

std::string choose_subprotocol(const http::Headers& headers,
                               const std::vector<std::string>& known) {
  for (const std::string_view value : headers.all("Sec-WebSocket-Protocol")) {
    for (const std::string_view offered : http::split_list(value)) {
      if (std::find(known.begin(), known.end(), offered) != known.end()) {
        return std::string(offered);
      }
    }
  }
  return {};
}

}  // namespace

UpgradeDecision judge_upgrade(const http::RequestHead& request,
                              const ServerHandshakeOptions& options) {
  if (std::optional<UpgradeRefused> fault = find_fault(request)) return *std::move(fault);
  const http::Headers& headers = request.headers;
  UpgradeAccepted accepted;
  accepted.accept = accept_for_key(headers.find("Sec-WebSocket-Key").value_or(""));
  accepted.subprotocol = choose_subprotocol(headers, options.subprotocols);
  accepted.deflate = choose_deflate(parse_deflate_offers(headers.all("Sec-WebSocket-Extensions")),
                                    options.deflate);
  return accepted;
}

void append_switching_protocols(Bytes& out, const UpgradeAccepted& accepted,
                                const http::Headers& extra) {
  http::Headers headers{{"Upgrade", "websocket"},
                        {"Connection", "Upgrade"},
                        {"Sec-WebSocket-Accept", accepted.accept}};
  if (!accepted.subprotocol.empty()) headers.add("Sec-WebSocket-Protocol", accepted.subprotocol);
  if (accepted.deflate) headers.add("Sec-WebSocket-Extensions", accepted.deflate->header_value);
  out += "HTTP/1.1 101 Switching Protocols\r\n";
  headers.append_to(out);
  extra.append_to(out);
  out += "\r\n";
}

void append_refusal(Bytes& out, const UpgradeRefused& refused) {
  out += format("HTTP/1.1 %d ", refused.status);
  out += http::status_words(refused.status);
  out += "\r\n";
  refused.headers.append_to(out);
  http::Headers framing{{"Content-Type", "text/plain; charset=utf-8"},
                        {"Content-Length", std::to_string(refused.body.size())},
                        {"Connection", "close"}};
  framing.append_to(out);
  out += "\r\n";
  out += refused.body;
}

}  // namespace wsb::ws

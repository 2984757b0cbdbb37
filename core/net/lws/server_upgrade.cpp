// How a request becomes a WebSocket connection; see server_site.h. RFC 6455 §4.2, RFC 7692 §5.
//
// libwebsockets 4.1 checks hardly anything of the request, answers no parameters of
// permessage-deflate, and takes subprotocols only from its own table. So the request is judged here
// before it sees it; an extension that does nothing makes it let RSV1 through; and its table and
// its answer are put right in the callbacks on the way, which come in one go. What its own parsing
// of the lists would hang up at without a word is refused here, or not agreed on.

#include <algorithm>
#include <cstring>
#include <utility>

#include <libwebsockets.h>

#include "core/base/text.h"
#include "core/net/lws/extension_header.h"
#include "core/net/lws/http_text.h"
#include "core/net/lws/request_head.h"
#include "core/net/lws/server_site.h"
#include "core/net/lws/trampoline.h"
#include "core/proto/ws/server_handshake.h"

namespace wsb::net {
namespace {

// What libwebsockets' own parsing of these headers bears; beyond it drops the connection.
constexpr std::size_t kMaxSubprotocolsBytes = 127;
constexpr std::size_t kMaxSubprotocolBytes = 63;
constexpr int kMaxListBytes = 126;  // all fields of one name
// libwebsockets copies this header, whole, to 400 bytes before the answer that it is writing.
constexpr int kMaxExtensionsBytes = 384;

std::size_t total_size(const http::Headers& headers, std::string_view name) {
  std::size_t total = 0;
  for (const std::string_view value : headers.all(name)) total += value.size() + 1;
  return total;
}

HttpResponse refusal(int status, http::Headers headers, std::string body) {
  headers.add("Content-Type", "text/plain; charset=utf-8");
  return {status, std::move(headers), std::make_shared<const Bytes>(std::move(body))};
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// libwebsockets takes "13" and "1.2" for numbers, and an empty member for a fault.
bool is_borne(std::string_view member) {
  return http::is_token(member) && std::any_of(member.begin(), member.end(), is_letter);
}

// What it would hang up at.
std::optional<HttpResponse> find_unbearable(lws* wsi, const http::Headers& headers) {
  if (lws_hdr_total_length(wsi, WSI_TOKEN_CONNECTION) > kMaxListBytes) {
    return refusal(400, {}, "the header Connection is too long\n");
  }
  if (lws_hdr_total_length(wsi, WSI_TOKEN_PROTOCOL) > kMaxListBytes) {
    return refusal(400, {}, "the header Sec-WebSocket-Protocol is too long\n");
  }
  if (lws_hdr_total_length(wsi, WSI_TOKEN_EXTENSIONS) > kMaxExtensionsBytes) {
    return refusal(400, {}, "the header Sec-WebSocket-Extensions is too long\n");
  }
  for (const std::string_view value : headers.all("Connection")) {
    for (const std::string_view member : split(value, ',')) {
      if (is_borne(trim(member))) continue;
      return refusal(400, {}, "the header Connection is not a list of names\n");
    }
  }
  // Of these it reads only the first, which we see to that it knows.
  const auto subprotocol = headers.find("Sec-WebSocket-Protocol");
  if (subprotocol && !subprotocol->empty() &&
      !is_borne(trim(split(*subprotocol, ',').front()))) {
    return refusal(400, {}, "the header Sec-WebSocket-Protocol is not a list of names\n");
  }
  return std::nullopt;
}

std::string first_subprotocol(const http::Headers& headers) {
  for (const std::string_view value : headers.all("Sec-WebSocket-Protocol")) {
    const auto list = http::split_list(value);
    if (!list.empty()) return std::string(list.front());
  }
  return {};
}

std::optional<HttpResponse> find_too_long(const http::Headers& headers) {
  bool long_name = false;
  for (const std::string_view value : headers.all("Sec-WebSocket-Protocol")) {
    for (const std::string_view name : http::split_list(value)) {
      long_name = long_name || name.size() > kMaxSubprotocolBytes;
    }
  }
  if (long_name || total_size(headers, "Sec-WebSocket-Protocol") > kMaxSubprotocolsBytes + 1) {
    return refusal(400, {}, "the header Sec-WebSocket-Protocol is too long\n");
  }
  return std::nullopt;
}

}  // namespace

int ServerSite::refuse_upgrade(lws* wsi, const HttpResponse& response) {
  ++stats_.upgrades_refused;
  std::string text = response_head(response, AfterResponse::close);
  if (response.body != nullptr) text += *response.body;
  lws_write(wsi, reinterpret_cast<unsigned char*>(text.data()), text.size(), LWS_WRITE_HTTP);
  http_ended(wsi);
  lws_set_opaque_user_data(wsi, ended_wsi_peer());
  return -1;
}

int ServerSite::confirm_upgrade(lws* wsi, char* field) {
  reset_protocol_name();
  upgrade_ = {};
  if (connections_handler_ == nullptr || !awaits_request(wsi)) return -1;
  const http::RequestHead head = read_request_head(wsi);
  // It knew nothing of what was asked for, has refused that by itself, and comes here all the same.
  if (head.method.empty()) return -1;
  // It decides by the first field alone, and would speak HTTP/2 to "h2c". With a name that it does
  // not know it goes on as if there was no such header, which RFC 9110 §7.8 wants.
  if (!equals_ignore_case(field, "websocket")) {
    *field = '-';
    return 0;
  }
  if (head.headers.count("Upgrade") != 1) {
    return refuse_upgrade(wsi, refusal(426, {{"Upgrade", "websocket"}},
                                       "the request needs one Upgrade header\n"));
  }
  ws::ServerHandshakeOptions options;
  options.deflate.enabled = config_.deflate && kDeflateSupported;
  ws::UpgradeDecision judged = ws::judge_upgrade(head, options);
  if (auto* refused = std::get_if<ws::UpgradeRefused>(&judged)) {
    return refuse_upgrade(wsi, refusal(refused->status, refused->headers, refused->body));
  }
  if (const auto too_long = find_too_long(head.headers)) return refuse_upgrade(wsi, *too_long);

  if (const auto bad = find_unbearable(wsi, head.headers)) return refuse_upgrade(wsi, *bad);

  const int fd = lws_get_socket_fd(wsi);
  ServerConnection::Agreed agreed;
  agreed.info.remote = peer_address(fd);
  agreed.info.local = local_address(fd);
  agreed.info.target = head.target;
  agreed.info.request_headers = head.headers;
  agreed.info.tls = config_.tls.has_value();
  const std::string_view target = head.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  const HandshakeRequest request{
      target.substr(0, question),
      question == target.size() ? std::string_view() : target.substr(question + 1), head.headers,
      agreed.info.remote, agreed.info.tls};
  HandshakeDecision decision = connections_handler_->on_handshake(request);
  if (decision.refusal) return refuse_upgrade(wsi, *decision.refusal);

  const auto& accepted = std::get<ws::UpgradeAccepted>(judged);
  if (accepted.deflate) {
    agreed.deflate = accepted.deflate->params;
    agreed.info.deflate = true;
    agreed.info.extensions = accepted.deflate->header_value;
    upgrade_.deflate_agreed = true;
    upgrade_.deflate = accepted.deflate->header_value.substr(ws::kDeflateExtension.size());
  }
  if (!cut_extensions(wsi, accepted.deflate ? ws::kDeflateExtension : std::string_view())) {
    return refuse_upgrade(
        wsi, refusal(400, {}, "too many extensions stand before permessage-deflate\n"));
  }
  upgrade_.offered = first_subprotocol(head.headers);
  upgrade_.subprotocol = decision.subprotocol;
  agreed.info.subprotocol = std::move(decision.subprotocol);
  // The table must know a subprotocol of the client's, or libwebsockets hangs up.
  if (!upgrade_.offered.empty()) protocol_->name = upgrade_.offered.c_str();

  http_ended(wsi);
  const ConnectionId id = loop_.ids().take();
  if (id.slot >= connections_.size()) connections_.resize(id.slot + 1);
  connections_[id.slot] = std::make_unique<ServerConnection>(*this, wsi, id, std::move(agreed));
  ++alive_;
  lws_set_opaque_user_data(wsi, static_cast<WsiPeer*>(connections_[id.slot].get()));
  return 0;
}

int ServerSite::confirm_extension() { return upgrade_.deflate_agreed ? 0 : 1; }

void ServerSite::extension_constructed() { upgrade_.deflate_active = true; }

// It found its table's entry; with an empty name it leaves the header to us.
void ServerSite::before_answer() { protocol_->name = ""; }

void ServerSite::reset_protocol_name() { protocol_->name = kServerProtocol; }

int ServerSite::add_headers(lws* wsi, lws_process_html_args& args) {
  auto* peer = static_cast<WsiPeer*>(lws_get_opaque_user_data(wsi));
  if (peer == nullptr || peer->kind != WsiPeer::Kind::connection) return 0;
  reset_protocol_name();
  if (upgrade_.deflate_active != upgrade_.deflate_agreed) return -1;
  std::string extra;
  char* end = args.p;
  if (upgrade_.deflate_active && !upgrade_.deflate.empty()) {
    constexpr std::string_view kWritten = "permessage-deflate\r\n";
    if (std::memcmp(end - kWritten.size(), kWritten.data(), kWritten.size()) != 0) return -1;
    end -= 2;
    extra = upgrade_.deflate + "\r\n";
  }
  if (!upgrade_.subprotocol.empty()) {
    extra += "Sec-WebSocket-Protocol: " + upgrade_.subprotocol + "\r\n";
  }
  if (extra.size() + 8 > static_cast<std::size_t>(std::max(args.max_len, 0))) return -1;
  std::memcpy(end, extra.data(), extra.size());
  args.p = end + extra.size();
  return 0;
}

}  // namespace wsb::net

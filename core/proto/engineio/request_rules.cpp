#include "core/proto/engineio/request_rules.h"

#include "core/base/json_text.h"
#include "core/base/text.h"

namespace wsb::engineio {
namespace {

using Verdict = std::variant<Ask, RequestError>;

std::optional<Transport> transport_of(const http::Query& query) {
  const std::optional<std::string_view> name = query.find("transport");
  if (name == "polling") return Transport::polling;
  if (name == "websocket") return Transport::websocket;
  return std::nullopt;
}

bool asks_for_websocket(const http::Headers& headers) {
  return headers.contains_token("Upgrade", "websocket");
}

bool has_legal_origin(const http::Headers& headers) {
  const std::optional<std::string_view> origin = headers.find("Origin");
  return !origin || http::is_header_value(*origin);
}

RequestError forbidden(const std::string& why) { return {4, 403, why}; }

bool is_octet_stream(const http::Headers& headers) {
  const std::string_view type = headers.find("Content-Type").value_or("");
  return equals_ignore_case(trim(type.substr(0, type.find(';'))), "application/octet-stream");
}

Verdict judge_known(const Request& request, Transport asked, Transport current) {
  if (asks_for_websocket(request.headers)) {
    if (asked != Transport::websocket || request.method != "GET") return bad_request();
    return Ask::probe;
  }
  if (asked != current || current == Transport::websocket) return bad_request();
  if (request.method == "GET") return Ask::poll;
  if (request.method != "POST") return RequestError{3, 405, "Bad request"};
  // The encoding of Engine.IO v3; a client that sends it cannot be understood any more.
  if (is_octet_stream(request.headers)) return RequestError{3, 400, "Bad request", true};
  return Ask::post;
}

Verdict judge_opening(const Request& request, Transport asked) {
  if (request.method != "GET") return RequestError{2, 400, "Bad handshake method"};
  if ((asked == Transport::websocket) != asks_for_websocket(request.headers)) return bad_request();
  if (request.forbidden) return forbidden(*request.forbidden);
  if (request.query.find("EIO") != "4") return RequestError{5, 400, "Unsupported protocol version"};
  return asked == Transport::websocket ? Ask::open_websocket : Ask::open_polling;
}

}  // namespace

Bytes RequestError::json() const {
  Bytes out = R"({"code":)" + std::to_string(code) + R"(,"message":)";
  append_json_string(out, message);
  out += '}';
  return out;
}

std::optional<std::string_view> session_id_of(const http::Query& query) {
  const std::optional<std::string_view> sid = query.find("sid");
  return sid && !sid->empty() ? sid : std::nullopt;
}

Verdict judge_request(const Request& request, std::optional<Transport> session) {
  const std::optional<Transport> asked = transport_of(request.query);
  if (!asked) return RequestError{0, 400, "Transport unknown"};
  if (!has_legal_origin(request.headers)) return bad_request();
  if (!session_id_of(request.query)) return judge_opening(request, *asked);
  if (!session) return unknown_session();
  if (request.forbidden) return forbidden(*request.forbidden);
  return judge_known(request, *asked, *session);
}

RequestError unknown_session() { return {1, 400, "Session ID unknown"}; }
RequestError bad_request() { return {3, 400, "Bad request"}; }

}  // namespace wsb::engineio

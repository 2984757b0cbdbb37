#include "core/app/serve_publish.h"

#include <optional>
#include <string>
#include <utility>

#include "core/app/serve_responses.h"
#include "core/app/serve_rooms.h"
#include "core/base/text.h"
#include "core/base/utf8.h"

namespace wsb::app {
namespace {

// What curl says of -d unless told otherwise.
constexpr std::string_view kForm = "application/x-www-form-urlencoded";

// nullopt: it is several things at once.
std::optional<ws::Opcode> opcode_of(const net::HttpRequest& request) {
  const auto given = request.headers.find("Content-Type");
  if (!given) return is_valid_utf8(request.body) ? ws::Opcode::text : ws::Opcode::binary;
  const std::string type = to_lower(trim(given->substr(0, given->find(';'))));
  if (type.starts_with("multipart/")) return std::nullopt;
  const bool text = type.starts_with("text/") || type == "application/json" ||
                    type.ends_with("+json") || type == kForm;
  return text ? ws::Opcode::text : ws::Opcode::binary;
}

std::optional<net::HttpResponse> refusal_of(const net::HttpRequest& request,
                                            const std::optional<ws::Opcode>& opcode,
                                            const Result<hub::RoomsRef>& rooms) {
  if (request.method != "POST") {
    net::HttpResponse response = text_response(405, "publish with POST\n");
    response.headers.add("Allow", "POST");
    return response;
  }
  if (!rooms) return text_response(400, rooms.error().text() + '\n');
  if (!opcode) return text_response(415, "a body in several parts cannot be published\n");
  if (opcode == ws::Opcode::text && !is_valid_utf8(request.body)) {
    return text_response(400, "the body is not UTF-8, as its type says (for bytes send "
                              "'Content-Type: application/octet-stream')\n");
  }
  return std::nullopt;
}

net::HttpResponse receivers_response(std::uint64_t receivers) {
  net::HttpResponse response;
  response.headers.add("Content-Type", "application/json");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Content-Type-Options", "nosniff");
  response.body =
      std::make_shared<const Bytes>("{\"receivers\":" + std::to_string(receivers) + "}\n");
  return response;
}

}  // namespace

void ServePublish::publish(std::shared_ptr<net::HttpExchange> exchange) {
  const net::HttpRequest& request = exchange->request();
  const std::optional<ws::Opcode> opcode = opcode_of(request);
  const Result<hub::RoomsRef> rooms = rooms_of_query(request.query);
  if (auto refusal = refusal_of(request, opcode, rooms)) {
    return exchange->respond(*std::move(refusal));
  }
  const session::Said said = session::said(*opcode, request.body);
  shard_.publish_counted({}, said, *rooms, [exchange](std::uint64_t receivers) {
    exchange->respond(receivers_response(receivers));
  });
}

}  // namespace wsb::app

#include "core/net/client_upgrade.h"

#include <optional>
#include <utility>

#include "core/base/encoding.h"

namespace wsb::net {
namespace {

// A '%' that no two hexadecimal digits follow stays as it is (RFC 3986 §2.1 gives it no meaning).
std::string percent_decode(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::optional<Bytes> byte;
    if (text.front() == '%' && text.size() >= 3 && text[1] != ' ' && text[2] != ' ')
      byte = hex_decode(text.substr(1, 2));
    out += byte ? byte->front() : text.front();
    text.remove_prefix(byte ? 3 : 1);
  }
  return out;
}

}  // namespace

Result<ws::ClientHandshakeOptions> upgrade_options(const ConnectConfig& config) {
  ws::ClientHandshakeOptions options;
  options.host = config.url.host_header();
  options.target = config.url.target;
  options.subprotocols = config.subprotocols;
  if (config.deflate) {
    ws::DeflateOffer offer;
    offer.client_max_window_bits_allowed = true;
    options.deflate_offers.push_back(offer);
  }
  for (const std::string& name : config.removed_headers) {
    options.headers.push_back({name, std::nullopt});
  }
  for (const http::Header& header : config.headers) {
    options.headers.push_back({header.name, header.value});
  }
  if (!config.url.user_info.empty() && !config.headers.find("Authorization")) {
    options.headers.push_back(
        {"Authorization", "Basic " + base64_encode(percent_decode(config.url.user_info))});
  }
  WSB_TRY(options.validate());
  return options;
}

}  // namespace wsb::net

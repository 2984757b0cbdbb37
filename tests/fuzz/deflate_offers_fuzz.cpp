// Offers of permessage-deflate, the server's answer to them, and a server's answer to a client.
// Holds: an offer survives writing and reading; what our server answers our client accepts; what is
// agreed on keeps to the offers and to the configuration.

#include "core/base/check.h"
#include "core/proto/ws/deflate_negotiation.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace wsb;
using namespace wsb::ws;

void check_params(const DeflateParams& params) {
  WSB_CHECK(params.server_max_window_bits >= kMinWindowBits);
  WSB_CHECK(params.server_max_window_bits <= kMaxWindowBits);
  WSB_CHECK(params.client_max_window_bits >= kMinWindowBits);
  WSB_CHECK(params.client_max_window_bits <= kMaxWindowBits);
}

DeflateConfig config_of(unsigned choices) {
  DeflateConfig config;
  config.server_max_window_bits = 9 + static_cast<int>(choices % 7);
  config.client_max_window_bits = 8 + static_cast<int>(choices >> 3U) % 8;
  config.server_no_context_takeover = (choices & 64U) != 0;
  config.client_no_context_takeover = (choices & 128U) != 0;
  return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::FuzzInput input(data, size);
  const DeflateConfig config = config_of(input.take_byte());
  WSB_CHECK(config.validate().has_value());
  const std::vector<DeflateOffer> offers = parse_deflate_offers({input.rest()});
  for (const DeflateOffer& offer : offers) {
    const std::string text = offer.text();
    WSB_CHECK(parse_deflate_offers({text}) == std::vector{offer});
    // As an answer: judged without a crash, and only good parameters come out.
    const auto judged = judge_deflate_answer({text}, offers);
    if (judged && *judged) check_params(**judged);
  }
  const auto raw = judge_deflate_answer({input.rest()}, {DeflateOffer{}});
  if (raw && *raw) check_params(**raw);

  const std::optional<DeflateAgreement> agreement = choose_deflate(offers, config);
  if (!agreement) return 0;
  check_params(agreement->params);
  WSB_CHECK(agreement->params.server_max_window_bits <= config.server_max_window_bits);
  WSB_CHECK(agreement->params.server_max_window_bits >= kMinSendWindowBits);
  const auto judged = judge_deflate_answer({agreement->header_value}, offers);
  WSB_CHECK(judged && judged->has_value());
  WSB_CHECK((*judged)->server_max_window_bits == agreement->params.server_max_window_bits);
  WSB_CHECK((*judged)->server_no_context_takeover == agreement->params.server_no_context_takeover);
  return 0;
}

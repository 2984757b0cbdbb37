#include "core/proto/ws/deflate_negotiation.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/proto/http/headers.h"

namespace wsb::ws {
namespace {

constexpr std::string_view kServerNoTakeover = "server_no_context_takeover";
constexpr std::string_view kClientNoTakeover = "client_no_context_takeover";
constexpr std::string_view kServerWindowBits = "server_max_window_bits";
constexpr std::string_view kClientWindowBits = "client_max_window_bits";

struct Param {
  std::string_view name;
  std::optional<std::string_view> value;
};

// name, name=value or name="value" (RFC 6455 §9.1: what is quoted must be a token as well).
Param split_param(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, std::nullopt};
  std::string_view value = trim(text.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return {trim(text.substr(0, equals)), value};
}

// §7.1.2: a decimal number from 8 to 15 without leading zeroes.
std::optional<int> parse_window_bits(std::string_view text) {
  for (int bits = kMinWindowBits; bits <= kMaxWindowBits; ++bits) {
    if (text == std::to_string(bits)) return bits;
  }
  return std::nullopt;
}

bool set_flag(bool& flag, const Param& param) { return !param.value && !std::exchange(flag, true); }

bool set_bits(std::optional<int>& bits, const Param& param) {
  if (bits) return false;
  bits = parse_window_bits(param.value.value_or(""));
  return bits.has_value();
}

bool set_client_bits(DeflateOffer& offer, const Param& param) {
  if (std::exchange(offer.client_max_window_bits_allowed, true)) return false;
  return !param.value || set_bits(offer.client_max_window_bits, param);
}

bool set_param(DeflateOffer& offer, const Param& param) {
  if (param.name == kServerNoTakeover) return set_flag(offer.server_no_context_takeover, param);
  if (param.name == kClientNoTakeover) return set_flag(offer.client_no_context_takeover, param);
  if (param.name == kServerWindowBits) return set_bits(offer.server_max_window_bits, param);
  if (param.name == kClientWindowBits) return set_client_bits(offer, param);
  return false;
}

// The parameters after the extension's name; nullopt if one of them is not good.
std::optional<DeflateOffer> parse_params(const std::vector<std::string_view>& parts) {
  DeflateOffer offer;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (!set_param(offer, split_param(parts[i]))) return std::nullopt;
  }
  return offer;
}

bool names_deflate(const std::vector<std::string_view>& parts) {
  return !parts.empty() && equals_ignore_case(parts.front(), kDeflateExtension);
}

// Whether the server's answer keeps to this offer; if not, `fault` says why.
bool keeps_to(const DeflateOffer& offer, const DeflateOffer& answer, std::string_view& fault) {
  if (offer.server_no_context_takeover && !answer.server_no_context_takeover) {
    fault = "it leaves out server_no_context_takeover, which was asked for";
  } else if (offer.server_max_window_bits &&
             answer.server_max_window_bits.value_or(kMaxWindowBits + 1) >
                 *offer.server_max_window_bits) {
    fault = "its server_max_window_bits is larger than what was asked for";
  } else if (answer.client_max_window_bits_allowed && !offer.client_max_window_bits_allowed) {
    fault = "client_max_window_bits was not offered";
  } else if (answer.client_max_window_bits.value_or(0) >
             offer.client_max_window_bits.value_or(kMaxWindowBits)) {
    fault = "its client_max_window_bits is larger than what was offered";
  } else {
    return true;
  }
  return false;
}

DeflateParams agreed_params(const DeflateOffer& offer, const DeflateOffer& answer) {
  DeflateParams params;
  params.server_no_context_takeover = answer.server_no_context_takeover;
  // What the client announced in its offer it keeps to, also unasked (§7.1.1.2, §7.1.2.2).
  params.client_no_context_takeover =
      answer.client_no_context_takeover || offer.client_no_context_takeover;
  params.server_max_window_bits = answer.server_max_window_bits.value_or(kMaxWindowBits);
  params.client_max_window_bits =
      answer.client_max_window_bits.value_or(offer.client_max_window_bits.value_or(kMaxWindowBits));
  return params;
}

Error bad_answer(std::string_view element, std::string_view why) {
  return make_error(ErrorCode::handshake_invalid,
                    "server answers extension '" + printable(element) + "': " + std::string(why));
}

Result<void> check_window_bits(std::string_view name, int bits, int least) {
  if (bits >= least && bits <= kMaxWindowBits) return {};
  return make_error(ErrorCode::invalid_argument, std::string(name) + " is " + std::to_string(bits) +
                                                     ": it must be from " + std::to_string(least) +
                                                     " to " + std::to_string(kMaxWindowBits));
}

}  // namespace

std::string DeflateOffer::text() const {
  std::string out(kDeflateExtension);
  const auto add = [&](std::string_view name, std::optional<int> value) {
    out += "; ";
    out += name;
    if (value) out += "=" + std::to_string(*value);
  };
  if (server_no_context_takeover) add(kServerNoTakeover, std::nullopt);
  if (client_no_context_takeover) add(kClientNoTakeover, std::nullopt);
  if (server_max_window_bits) add(kServerWindowBits, server_max_window_bits);
  if (client_max_window_bits_allowed) add(kClientWindowBits, client_max_window_bits);
  return out;
}

std::vector<DeflateOffer> parse_deflate_offers(const std::vector<std::string_view>& header_values) {
  std::vector<DeflateOffer> offers;
  for (const std::string_view value : header_values) {
    for (const std::string_view element : http::split_list(value)) {
      const std::vector<std::string_view> parts = http::split_list(element, ';');
      if (!names_deflate(parts)) continue;
      if (std::optional<DeflateOffer> offer = parse_params(parts)) offers.push_back(*offer);
    }
  }
  return offers;
}

Result<void> DeflateConfig::validate() const {
  WSB_TRY(check_window_bits(kServerWindowBits, server_max_window_bits, kMinSendWindowBits));
  return check_window_bits(kClientWindowBits, client_max_window_bits, kMinWindowBits);
}

std::optional<DeflateAgreement> choose_deflate(const std::vector<DeflateOffer>& offers,
                                               const DeflateConfig& config) {
  if (!config.enabled) return std::nullopt;
  const auto can_keep = [](const DeflateOffer& offer) {
    return offer.server_max_window_bits.value_or(kMaxWindowBits) >= kMinSendWindowBits;
  };
  const auto chosen = std::find_if(offers.begin(), offers.end(), can_keep);
  if (chosen == offers.end()) return std::nullopt;

  DeflateOffer answer;
  answer.server_no_context_takeover =
      chosen->server_no_context_takeover || config.server_no_context_takeover;
  answer.client_no_context_takeover =
      chosen->client_no_context_takeover || config.client_no_context_takeover;
  const int server_bits = std::min(chosen->server_max_window_bits.value_or(kMaxWindowBits),
                                   config.server_max_window_bits);
  if (chosen->server_max_window_bits || server_bits < kMaxWindowBits) {
    answer.server_max_window_bits = server_bits;
  }
  const int client_bits = std::min(chosen->client_max_window_bits.value_or(kMaxWindowBits),
                                   config.client_max_window_bits);
  // §7.1.2.2: a client that did not offer the parameter must not be told it.
  if (chosen->client_max_window_bits_allowed &&
      (chosen->client_max_window_bits || client_bits < kMaxWindowBits)) {
    answer.client_max_window_bits_allowed = true;
    answer.client_max_window_bits = client_bits;
  }
  return DeflateAgreement{agreed_params(*chosen, answer), answer.text()};
}

Result<std::optional<DeflateParams>> judge_deflate_answer(
    const std::vector<std::string_view>& header_values, const std::vector<DeflateOffer>& offers) {
  std::optional<DeflateParams> params;
  for (const std::string_view value : header_values) {
    for (const std::string_view element : http::split_list(value)) {
      const std::vector<std::string_view> parts = http::split_list(element, ';');
      if (!names_deflate(parts) || offers.empty()) {
        return bad_answer(element, "it was not offered");
      }
      if (params) return bad_answer(element, "it is answered twice");
      const std::optional<DeflateOffer> answer = parse_params(parts);
      if (!answer || (answer->client_max_window_bits_allowed && !answer->client_max_window_bits)) {
        return bad_answer(element, "a parameter is unknown, doubled or malformed");
      }
      std::string_view fault;
      const auto offer = std::find_if(offers.begin(), offers.end(), [&](const DeflateOffer& o) {
        return keeps_to(o, *answer, fault);
      });
      if (offer == offers.end()) return bad_answer(element, fault);
      params = agreed_params(*offer, *answer);
    }
  }
  return params;
}

}  // namespace wsb::ws

#pragma once

// The agreement about permessage-deflate in the opening handshake (RFC 7692 §5 and §7.1): offers of
// the client in their order, the server's choice, the client's judgement of it. Pure, any thread.
//
// A window of 8 bits: zlib can inflate it but not produce it. A server therefore declines an offer
// with server_max_window_bits=8 (§7.1.2.1 allows that) and looks at the next one; a client that is
// told client_max_window_bits=8 keeps to it by sending every message uncompressed (§6 allows that).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/proto/ws/deflate_params.h"

namespace wsb::ws {

inline constexpr std::string_view kDeflateExtension = "permessage-deflate";
inline constexpr int kMinWindowBits = 8;
inline constexpr int kMinSendWindowBits = 9;  // the smallest that zlib compresses with
inline constexpr int kMaxWindowBits = 15;

// One element of a Sec-WebSocket-Extensions header that names permessage-deflate.
struct DeflateOffer {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  std::optional<int> server_max_window_bits;
  bool client_max_window_bits_allowed = false;  // the parameter is there, with or without a value
  std::optional<int> client_max_window_bits;

  // The element as it goes into the header.
  [[nodiscard]] std::string text() const;
  bool operator==(const DeflateOffer&) const = default;
};

// The good offers of all Sec-WebSocket-Extensions values, in order. Other extensions, and offers
// with an unknown, doubled or malformed parameter, are left out (§7.1: they are to be declined).
[[nodiscard]] std::vector<DeflateOffer> parse_deflate_offers(
    const std::vector<std::string_view>& header_values);

struct DeflateConfig {
  bool enabled = true;
  // What the server's own compressor uses at most, and what it asks of clients that can limit
  // theirs.
  int server_max_window_bits = 15;
  int client_max_window_bits = 15;
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;

  // Errors: invalid_argument.
  [[nodiscard]] Result<void> validate() const;
};

struct DeflateAgreement {
  DeflateParams params;
  std::string header_value;  // of the response
};

// The server's choice: the first offer that it can keep; nullopt when there is none.
[[nodiscard]] std::optional<DeflateAgreement> choose_deflate(
    const std::vector<DeflateOffer>& offers, const DeflateConfig& config);

// The client's judgement of all Sec-WebSocket-Extensions values of a 101 response, given what it
// offered. nullopt: no extension. Errors: handshake_invalid for anything that was not offered or
// that breaks §7.1.
[[nodiscard]] Result<std::optional<DeflateParams>> judge_deflate_answer(
    const std::vector<std::string_view>& header_values, const std::vector<DeflateOffer>& offers);

}  // namespace wsb::ws

#include "core/proto/ws/handshake_key.h"

#include <array>
#include <optional>

#include "core/base/encoding.h"

namespace wsb::ws {
namespace {

constexpr std::size_t kNonceBytes = 16;
constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3

}  // namespace

std::string make_handshake_key(RandomSource& random) {
  std::array<char, kNonceBytes> nonce{};
  random.fill(nonce.data(), nonce.size());
  return base64_encode({nonce.data(), nonce.size()});
}

bool is_handshake_key(std::string_view key) {
  const std::optional<Bytes> nonce = base64_decode(key);
  return nonce && nonce->size() == kNonceBytes;
}

std::string accept_for_key(std::string_view key) {
  const std::array<char, 20> digest = sha1(std::string(key) + std::string(kGuid));
  return base64_encode({digest.data(), digest.size()});
}

}  // namespace wsb::ws

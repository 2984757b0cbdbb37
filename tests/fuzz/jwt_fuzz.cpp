// A JSON Web Token and its claims.
// Holds: what is accepted is a part of what was given and has not expired; a refusal has words, too
// few to repeat a token.

#include "core/base/check.h"
#include "core/base/limits.h"
#include "core/session/jwt.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

constexpr std::size_t kRefusalBytes = 256;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace wsb;
  const BytesView text = fuzz::FuzzInput(data, size).rest();
  const std::chrono::sys_seconds now{std::chrono::seconds(1'700'000'000)};
  Bytes claims(text);
  const Result<session::Jwt> token = session::parse_jwt(text);
  if (token) {
    WSB_CHECK(text.size() <= limits::kJwtBytes && text.starts_with(token->signed_part));
    claims = token->claims;
  } else {
    WSB_CHECK(token.error().text().size() < kRefusalBytes);
  }
  const Result<session::JwtGrant> grant = session::check_jwt_claims(claims, {}, now);
  if (!grant) {
    WSB_CHECK(!grant.error().message.empty() && grant.error().text().size() < kRefusalBytes);
    return 0;
  }
  WSB_CHECK(!grant->expires || *grant->expires + std::chrono::seconds(30) >= now);
  WSB_CHECK(claims.find('{') != Bytes::npos);
  return 0;
}

#pragma once

// Which web pages may use the server from a browser (RFC 6454, RFC 6455 §10.2). A browser says by
// the Origin field whose page a request comes from; programs say nothing and are let in: for them
// there are tokens. Immutable, any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/proto/http/headers.h"

namespace wsb::app {

// "https://example.com:8443", all in lower case.
struct Origin {
  std::string scheme;
  std::string host;        // IPv6 in its brackets
  std::uint16_t port = 0;  // that of the scheme if none is said; 0: the scheme has none

  // nullopt: "null", and whatever else is no serialized origin.
  [[nodiscard]] static std::optional<Origin> parse(std::string_view text);
};

class OriginPattern {
 public:
  // "https://example.com", "example.com" (http and https), "https://*.example.com" (whatever ends
  // so), "http://localhost:*" (every port), "null" (pages without an origin), "*".
  // Errors: invalid_argument, naming the text.
  [[nodiscard]] static Result<OriginPattern> parse(std::string_view text);

  // `origin` nullptr: "null".
  [[nodiscard]] bool matches(const Origin* origin) const;

 private:
  enum class Kind { any, null, host };

  OriginPattern() = default;
  [[nodiscard]] bool matches_host(const Origin& origin) const;

  Kind kind_ = Kind::host;
  std::string scheme_;   // empty: http and https
  std::string host_;     // with `below_`: ".example.com"
  bool below_ = false;
  bool any_port_ = false;
  std::uint16_t port_ = 0;  // 0: that of the scheme
};

class OriginPolicy {
 public:
  // `loopback`: the server is reached from this machine only; then its pages may use it, whatever
  // their port. Errors: as OriginPattern::parse.
  [[nodiscard]] static Result<OriginPolicy> create(const std::vector<std::string>& patterns,
                                                   bool loopback);

  // No Origin; the host and port that the request was sent to, by its Host field; one that a
  // pattern matches. The scheme of the own host does not count: TLS may end at a proxy.
  [[nodiscard]] bool allows(const http::Headers& headers) const;

 private:
  OriginPolicy() = default;

  std::vector<OriginPattern> patterns_;
  bool loopback_ = false;
};

// "localhost", names below it (RFC 6761 §6.3), and the addresses of the loopback interface; IPv6
// with or without brackets.
[[nodiscard]] bool is_loopback_host(std::string_view host);

}  // namespace wsb::app

#include "core/app/origin_policy.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/ip_network.h"
#include "core/base/text.h"

namespace wsb::app {
namespace {

constexpr std::string_view kHostChars = "abcdefghijklmnopqrstuvwxyz0123456789.-_[]:";

std::uint16_t port_of_scheme(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return 80;
  if (scheme == "https" || scheme == "wss") return 443;
  return 0;
}

struct HostPort {
  std::string_view host;
  std::string_view port;  // empty: none was said
};

// nullopt: more than a host and a port.
std::optional<HostPort> split_host(std::string_view text) {
  std::size_t end = text.starts_with('[') ? text.find(']') : text.find(':');
  if (text.starts_with('[')) {
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
  }
  HostPort out{text.substr(0, end), {}};
  if (out.host.empty()) return std::nullopt;
  if (end >= text.size()) return out;
  out.port = text.substr(end + 1);
  if (text[end] != ':' || out.port.empty()) return std::nullopt;
  return out;
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (fault != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

Error bad_pattern(std::string_view text) {
  return make_error(ErrorCode::invalid_argument,
                    "'" + printable(text) +
                        "' is not an origin such as 'https://example.com', "
                        "'https://*.example.com' or '*' (no path, no '/' at the end)");
}

}  // namespace

std::optional<Origin> Origin::parse(std::string_view text) {
  const std::string lower = to_lower(text);
  const std::size_t colon = lower.find("://");
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  Origin origin;
  origin.scheme = lower.substr(0, colon);
  const auto parts = split_host(std::string_view(lower).substr(colon + 3));
  if (!parts || parts->host.find_first_not_of(kHostChars) != std::string_view::npos) {
    return std::nullopt;
  }
  origin.host = parts->host;
  origin.port = port_of_scheme(origin.scheme);
  if (parts->port.empty()) return origin;
  const auto port = read_port(parts->port);
  if (!port) return std::nullopt;
  origin.port = *port;
  return origin;
}

Result<OriginPattern> OriginPattern::parse(std::string_view text) {
  OriginPattern pattern;
  if (text == "*" || text == "null") {
    pattern.kind_ = text == "*" ? Kind::any : Kind::null;
    return pattern;
  }
  std::string lower = to_lower(text);
  if (const std::size_t colon = lower.find("://"); colon != std::string::npos) {
    if (colon == 0) return bad_pattern(text);
    pattern.scheme_ = lower.substr(0, colon);
    lower.erase(0, colon + 3);
  }
  pattern.below_ = lower.starts_with("*.");
  if (pattern.below_) lower.erase(0, 1);
  const auto parts = split_host(lower);
  if (!parts || parts->host == "." ||
      parts->host.find_first_not_of(kHostChars) != std::string_view::npos) {
    return bad_pattern(text);
  }
  pattern.host_ = parts->host;
  if (parts->port == "*") {
    pattern.any_port_ = true;
  } else if (!parts->port.empty()) {
    const auto port = read_port(parts->port);
    if (!port) return bad_pattern(text);
    pattern.port_ = *port;
  }
  return pattern;
}

bool OriginPattern::matches(const Origin* origin) const {
  switch (kind_) {
    case Kind::any: return true;
    case Kind::null: return origin == nullptr;
    case Kind::host: return origin != nullptr && matches_host(*origin);
  }
  return false;
}

bool OriginPattern::matches_host(const Origin& origin) const {
  const bool web = origin.scheme == "http" || origin.scheme == "https";
  if (scheme_.empty() ? !web : origin.scheme != scheme_) return false;
  const std::uint16_t port = port_ == 0 ? port_of_scheme(origin.scheme) : port_;
  if (!any_port_ && origin.port != port) return false;
  if (!below_) return origin.host == host_;
  return origin.host.size() > host_.size() && origin.host.ends_with(host_);
}

Result<OriginPolicy> OriginPolicy::create(const std::vector<std::string>& patterns,
                                          bool loopback) {
  OriginPolicy policy;
  policy.loopback_ = loopback;
  for (const std::string& text : patterns) {
    auto pattern = OriginPattern::parse(text);
    if (!pattern) return std::move(pattern).error();
    policy.patterns_.push_back(*std::move(pattern));
  }
  return policy;
}

bool OriginPolicy::allows(const http::Headers& headers) const {
  const auto said = headers.all("Origin");
  if (said.empty()) return true;
  if (said.size() > 1) return false;
  const std::optional<Origin> origin = Origin::parse(said.front());
  if (std::any_of(patterns_.begin(), patterns_.end(), [&](const OriginPattern& pattern) {
        return pattern.matches(origin ? &*origin : nullptr);
      })) {
    return true;
  }
  if (!origin) return false;
  if (loopback_ && is_loopback_host(origin->host)) return true;
  const auto host = headers.find("Host");
  const std::optional<Origin> own =
      host ? Origin::parse(origin->scheme + "://" + std::string(*host)) : std::nullopt;
  return own && own->host == origin->host && own->port == origin->port;
}

bool is_loopback_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string lower = to_lower(host);
  if (lower == "localhost" || lower.ends_with(".localhost")) return true;
  const auto address = IpAddress::parse(lower);
  if (!address) return false;
  static const auto networks = parse_networks("127.0.0.0/8,::1").value();
  return any_contains(networks, *address);
}

}  // namespace wsb::app

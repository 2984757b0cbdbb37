#include "core/proto/http/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "core/base/text.h"

namespace wsb::http {
namespace {

constexpr std::uint16_t kPlainPort = 80;
constexpr std::uint16_t kSecurePort = 443;

struct Scheme {
  std::string_view prefix;
  bool secure;
};
constexpr std::array kSchemes = {Scheme{"ws", false}, Scheme{"wss", true}, Scheme{"http", false},
                                 Scheme{"https", true}};
constexpr std::array kUnixSchemes = {Scheme{"ws+unix:", false}, Scheme{"wss+unix:", true}};

Error malformed(std::string_view url, const std::string& why) {
  return make_error(ErrorCode::malformed_url, "malformed URL '" + printable(url) + "': " + why);
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool starts_with_ignore_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equals_ignore_case(text.substr(0, prefix.size()), prefix);
}

// What is wrong with the characters as a whole, whatever part they are in; empty if nothing is.
std::string character_fault(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') return "it has a space: write '%20'";
    if (byte < 0x20 || byte == 0x7F) return "it has a control character";
    if (byte > 0x7F) {
      return "it has a character beyond ASCII: percent-encode it, or use the xn-- form of a host";
    }
    if (c == '#') return "a WebSocket URL has no fragment: write '%23' for a '#'";
  }
  return {};
}

// RFC 3986 §3.2.2: unreserved, percent-encoded and sub-delims.
bool is_reg_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    constexpr std::string_view kOthers = "-._~%!$&'()*+,;=";
    return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
  });
}

// The address may carry a zone: 'fe80::1%eth0'.
bool is_ipv6(std::string_view host) {
  const std::size_t percent = host.find('%');
  if (percent != std::string_view::npos) {
    const std::string_view zone = host.substr(percent + 1);
    if (!is_reg_name(zone) || zone.find('%') != std::string_view::npos) return false;
  }
  const std::string address(host.substr(0, percent));
  in6_addr parsed{};
  return inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
}

// RFC 6874 §2: in a URL the '%' before a zone is written '%25'; a bare one is accepted as well.
std::string decode_zone(std::string_view host) {
  const std::size_t percent = host.find('%');
  std::string out(host);
  if (percent != std::string_view::npos && host.substr(percent).starts_with("%25")) {
    out.erase(percent + 1, 2);
  }
  return out;
}

bool is_loopback(std::string_view host) {
  const std::string name = to_lower(host);
  in_addr address{};
  if (inet_pton(AF_INET, name.c_str(), &address) == 1) {
    return (ntohl(address.s_addr) >> 24U) == 127;
  }
  return name == "localhost" || name.ends_with(".localhost") || name == "::1";
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Url> parse() {
    if (text_.empty()) return malformed(text_, "it is empty");
    if (std::string fault = character_fault(text_); !fault.empty()) {
      return malformed(text_, fault);
    }
    for (const Scheme& scheme : kUnixSchemes) {
      if (starts_with_ignore_case(text_, scheme.prefix)) {
        url_.secure = scheme.secure;
        return parse_unix(text_.substr(scheme.prefix.size()));
      }
    }
    const std::size_t mark = text_.find("://");
    // A query may hold another URL: the mark counts only before the first slash.
    const bool has_scheme = mark != std::string_view::npos && text_.find('/') == mark + 1 &&
                            text_.substr(0, mark).find('?') == std::string_view::npos;
    if (!has_scheme) return parse_short();
    WSB_TRY(parse_scheme(text_.substr(0, mark)));
    url_.port = default_port();
    WSB_TRY(parse_rest(text_.substr(mark + 3)));
    return url_;
  }

 private:
  [[nodiscard]] std::uint16_t default_port() const {
    return url_.secure ? kSecurePort : kPlainPort;
  }

  Result<void> parse_scheme(std::string_view name) {
    for (const Scheme& scheme : kSchemes) {
      if (equals_ignore_case(name, scheme.prefix)) {
        url_.secure = scheme.secure;
        return {};
      }
    }
    return malformed(text_,
                     "scheme '" + std::string(name) + "' is not one of ws, wss, http, https");
  }

  Result<Url> parse_short() {
    url_.scheme_guessed = true;
    url_.port = 0;
    if (text_.front() == ':') {
      url_.host = "localhost";
      const std::size_t end = std::min(text_.find_first_of("/?"), text_.size());
      WSB_TRY(parse_port(text_.substr(1, end - 1)));
      parse_target(text_.substr(end));
    } else {
      WSB_TRY(parse_rest(text_));
    }
    const bool plain = is_loopback(url_.host) || (url_.port != 0 && url_.port != kSecurePort);
    url_.secure = !plain;
    if (url_.port == 0) url_.port = default_port();
    return url_;
  }

  Result<Url> parse_unix(std::string_view rest) {
    // Both ws+unix:/file and ws+unix:///file are in use.
    while (rest.starts_with("//")) rest.remove_prefix(1);
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    url_.unix_path = rest.substr(0, colon);
    if (url_.unix_path.empty()) return malformed(text_, "the file name of the socket is missing");
    url_.port = default_port();
    parse_target(rest.substr(std::min(colon + 1, rest.size())));
    return url_;
  }

  // [user[:password]@]host[:port][/path][?query]
  Result<void> parse_rest(std::string_view rest) {
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    std::string_view authority = rest.substr(0, end);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
      url_.user_info = authority.substr(0, at);
      authority.remove_prefix(at + 1);
    }
    parse_target(rest.substr(end));
    return parse_host_and_port(authority);
  }

  Result<void> parse_host_and_port(std::string_view authority) {
    std::size_t host_end = authority.find(':');
    if (authority.starts_with('[')) {
      const std::size_t bracket = authority.find(']');
      if (bracket == std::string_view::npos) return malformed(text_, "']' is missing after '['");
      url_.host = decode_zone(authority.substr(1, bracket - 1));
      if (!is_ipv6(url_.host)) {
        return malformed(text_, "'" + url_.host + "' is not an IPv6 address");
      }
      host_end = bracket + 1;
    } else {
      url_.host = authority.substr(0, host_end);
      if (url_.host.empty()) return malformed(text_, "the host is missing");
      if (!is_reg_name(url_.host)) return malformed(text_, "host '" + url_.host + "' is invalid");
      host_end = std::min(host_end, authority.size());
    }
    const std::string_view port = authority.substr(host_end);
    if (port.empty() || port == ":") return {};  // RFC 3986 §3.2.3: the default one
    if (port.front() != ':') return malformed(text_, "':' is missing before the port");
    return parse_port(port.substr(1));
  }

  Result<void> parse_port(std::string_view digits) {
    const char* const end = digits.data() + digits.size();
    std::uint16_t port = 0;
    const auto [stop, fault] = std::from_chars(digits.data(), end, port);
    if (fault != std::errc() || stop != end || port == 0) {
      return malformed(text_, "port '" + std::string(digits) + "' is not a number from 1 to 65535");
    }
    url_.port = port;
    return {};
  }

  void parse_target(std::string_view target) {
    url_.target = target.starts_with('/') ? "" : "/";
    url_.target += target;
  }

  std::string_view text_;
  Url url_;
};

bool is_ipv6_host(const std::string& host) { return host.find(':') != std::string::npos; }

std::string with_zone_encoded(const std::string& host) {
  const std::size_t percent = host.find('%');
  if (percent == std::string::npos) return host;
  return host.substr(0, percent) + "%25" + host.substr(percent + 1);
}

}  // namespace

std::string Url::host_header() const {
  if (!unix_path.empty()) return "localhost";
  // A zone means something on this machine only (RFC 6874 §4).
  std::string text = is_ipv6_host(host) ? "[" + host.substr(0, host.find('%')) + "]" : host;
  if (port != (secure ? kSecurePort : kPlainPort)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::text() const {
  const std::string scheme = secure ? "wss" : "ws";
  if (!unix_path.empty()) return scheme + "+unix:" + unix_path + ":" + target;
  std::string out = scheme + "://";
  out += is_ipv6_host(host) ? "[" + with_zone_encoded(host) + "]" : host;
  if (port != (secure ? kSecurePort : kPlainPort)) out += ":" + std::to_string(port);
  return out + target;
}

Result<Url> parse_url(std::string_view text) { return Parser(text).parse(); }

}  // namespace wsb::http

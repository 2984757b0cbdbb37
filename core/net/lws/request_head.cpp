#include "core/net/lws/request_head.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <string_view>

#include <libwebsockets.h>

#include "core/base/limits.h"
#include "core/base/text.h"

namespace wsb::net {
namespace {

constexpr int kMaxFragments = 256;  // fields of one name

bool is_plain(char c, std::string_view also) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         also.find(c) != std::string_view::npos;
}

// RFC 3986 §3.3 and §3.4: what may stand in a path or query as it is, but for "&", "+" and "%".
std::string encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_plain(c, "-._~!$'()*,;=:@/")) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

std::string fragment(lws* wsi, lws_token_indexes token, int index) {
  const int length = lws_hdr_fragment_length(wsi, token, index);
  if (length <= 0) return {};
  std::string out(static_cast<std::size_t>(length) + 1, '\0');
  const int copied = lws_hdr_copy_fragment(wsi, out.data(), length + 1, token, index);
  out.resize(copied < 0 ? 0 : static_cast<std::size_t>(copied));
  // The length counts a terminating zero for some headers.
  while (!out.empty() && out.back() == '\0') out.pop_back();
  return out;
}

bool has_fragment(lws* wsi, lws_token_indexes token, int index) {
  char end = '\0';  // all there is of an empty one
  return lws_hdr_fragment_length(wsi, token, index) > 0 ||
         lws_hdr_copy_fragment(wsi, &end, 1, token, index) == 0;
}

// Calls `visit` with every field of that name, or part of the path or the query.
template <class F>
void for_each_fragment(lws* wsi, lws_token_indexes token, F&& visit) {
  for (int i = 0; i < kMaxFragments; ++i) {
    if (!has_fragment(wsi, token, i)) return;
    visit(fragment(wsi, token, i));
  }
}

lws_token_indexes path_token(std::string_view method) {
  if (method == "POST") return WSI_TOKEN_POST_URI;
  if (method == "OPTIONS") return WSI_TOKEN_OPTIONS_URI;
  if (method == "PUT") return WSI_TOKEN_PUT_URI;
  if (method == "PATCH") return WSI_TOKEN_PATCH_URI;
  if (method == "DELETE") return WSI_TOKEN_DELETE_URI;
  if (method == "HEAD") return WSI_TOKEN_HEAD_URI;
  return WSI_TOKEN_GET_URI;
}

std::string target_of(lws* wsi, std::string_view method) {
  std::string target;
  for_each_fragment(wsi, path_token(method), [&](const std::string& part) {
    if (!target.empty()) target += '&';
    target += encode(part);
  });
  char separator = '?';
  for_each_fragment(wsi, WSI_TOKEN_HTTP_URI_ARGS, [&](const std::string& argument) {
    target += separator;
    target += encode(argument);
    separator = '&';
  });
  return target;
}

std::string_view method_name(int method) {
  switch (method) {
    case LWSHUMETH_GET: return "GET";
    case LWSHUMETH_POST: return "POST";
    case LWSHUMETH_OPTIONS: return "OPTIONS";
    case LWSHUMETH_PUT: return "PUT";
    case LWSHUMETH_PATCH: return "PATCH";
    case LWSHUMETH_DELETE: return "DELETE";
    case LWSHUMETH_CONNECT: return "CONNECT";
    case LWSHUMETH_HEAD: return "HEAD";
    default: return "";
  }
}

std::string text_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return std::string(text.data()) + ":" + std::to_string(ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return "[" + std::string(text.data()) + "]:" + std::to_string(ntohs(v6.sin6_port));
  }
  return "";
}

}  // namespace

http::RequestHead read_request_head(lws* wsi) {
  http::RequestHead head;
  char* uri = nullptr;
  int uri_length = 0;
  head.method = method_name(lws_http_get_uri_and_method(wsi, &uri, &uri_length));
  if (uri != nullptr) {
    head.target = target_of(wsi, head.method);
  }
  const std::string version = fragment(wsi, WSI_TOKEN_HTTP, 0);
  head.version_major = 1;
  head.version_minor = version == "HTTP/1.1" ? 1 : 0;
  for (int i = 0; i < WSI_TOKEN_COUNT; ++i) {
    const auto token = static_cast<lws_token_indexes>(i);
    const auto* text = reinterpret_cast<const char*>(lws_token_to_string(token));
    if (text == nullptr) continue;
    std::string_view name(text);
    if (name.size() < 2 || name.back() != ':' || name.front() == ':') continue;
    name.remove_suffix(1);
    for_each_fragment(wsi, token, [&](const std::string& value) {
      head.headers.add(std::string(name), std::string(trim(value)));  // RFC 9110 §5.5
    });
  }
  return head;
}

std::string peer_address(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return "";
  return text_of(address);
}

std::string local_address(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return "";
  return text_of(address);
}

}  // namespace wsb::net

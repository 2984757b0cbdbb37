#include "core/proto/http/request_rules.h"

#include "core/base/text.h"

namespace wsb::http {
namespace {

// Behind "scheme://authority"; nullopt: not in absolute form.
std::optional<std::string_view> behind_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://", "ws://", "wss://"}) {
    if (!equals_ignore_case(target.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t end = rest.find_first_of("/?");
    if (end == 0) return std::nullopt;
    return end == std::string_view::npos ? std::string_view() : rest.substr(end);
  }
  return std::nullopt;
}

}  // namespace

std::optional<RequestFault> find_fault(const RequestHead& head) {
  if (head.version_major != 1) return RequestFault{505, "this server speaks HTTP/1.1"};
  const std::size_t hosts = head.headers.count("Host");
  if (hosts > 1 || (hosts == 0 && head.version_minor >= 1)) {
    return RequestFault{400, "the request needs one Host header"};
  }
  const bool server_wide = head.method == "OPTIONS" && head.target == "*";
  if (head.target.front() != '/' && !server_wide && !behind_authority(head.target)) {
    return RequestFault{400, "the target of the request is neither a path nor a URL"};
  }
  if (head.target.find('#') != std::string::npos) {
    return RequestFault{400, "the target of the request has a fragment"};
  }
  return std::nullopt;
}

Target target_of(const RequestHead& head) {
  std::string_view target = head.target;
  if (const auto behind = behind_authority(target)) target = *behind;
  const std::size_t question = target.find('?');
  Target out{target.substr(0, question), {}};
  if (question != std::string_view::npos) out.query = target.substr(question + 1);
  if (out.path.empty()) out.path = "/";
  return out;
}

std::string origin_form(const Target& target) {
  std::string out(target.path);
  if (!target.query.empty()) out.append("?").append(target.query);
  return out;
}

Persistence persistence_of(const RequestHead& head) {
  if (head.headers.contains_token("Connection", "close")) return Persistence::close;
  if (head.version_minor >= 1) return Persistence::keep;
  return head.headers.contains_token("Connection", "keep-alive") ? Persistence::keep_and_say_so
                                                                 : Persistence::close;
}

}  // namespace wsb::http

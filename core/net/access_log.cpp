#include "core/net/access_log.h"

#include <utility>

#include "core/proto/http/shown_target.h"

namespace wsb::net {
namespace {

AccessRequest request_of(const http::RequestHead& head) {
  AccessRequest request;
  request.method = head.method;
  request.target = http::without_credentials(head.target);
  request.referer = http::without_credentials(head.headers.find("Referer").value_or(""));
  request.user_agent = head.headers.find("User-Agent").value_or("");
  request.version_minor = head.version_minor;
  return request;
}

}  // namespace

AccessNote::AccessNote(AccessLog& log, std::string remote, const http::RequestHead* head,
                       TimePoint now)
    : log_(log), request_(head == nullptr ? AccessRequest{} : request_of(*head)), started_(now) {
  request_.remote = std::move(remote);
}

void AccessNote::admit(const Admission* admission) {
  if (admission != nullptr) request_.user = admission->user();
}

void AccessNote::tell(std::uint64_t bytes, TimePoint now) const {
  log_.write({kind, request_, status, bytes, now - started_});
}

void AccessNote::tell_closed(const ConnectionStats& stats, const CloseInfo& close, TimePoint now) {
  log_.write({AccessEntry::Kind::closed, request_, status, stats.payload_bytes_out, now - started_,
              &stats, &close});
}

}  // namespace wsb::net

#include "cli/client_notes.h"

#include <string>

#include "cli/client_verdict.h"
#include "core/base/text.h"
#include "core/base/units.h"

namespace wsb::cli {
namespace {

void write_block(Log& log, std::string_view prefix, std::string_view head) {
  for (std::string_view line : split(head, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) log.write(LogLevel::info, std::string(prefix) + std::string(line));
  }
}

std::string describe_times(const net::ConnectionInfo& info) {
  const net::HandshakeTimes& times = info.times;
  std::string out = "resolved after " + format_duration(times.resolved) + ", connected after " +
                    format_duration(times.connected);
  if (info.tls) out += ", TLS after " + format_duration(times.tls_done);
  return out + ", upgraded after " + format_duration(times.upgraded);
}

}  // namespace

void ClientNotes::opened(const net::ConnectionInfo& info) const {
  if (!verbose_) return;
  log_->write(LogLevel::info, "connected to " + info.remote + " from " + info.local);
  if (info.tls) {
    log_->write(LogLevel::info, info.tls_info.version + ", " + info.tls_info.cipher +
                                    ", certificate of " + info.tls_info.peer_subject + ": " +
                                    info.tls_info.verify_result);
  }
  write_block(*log_, "> ", info.request_text);
  write_block(*log_, "< ", info.response_head);
  log_->write(LogLevel::info, describe_times(info));
}

void ClientNotes::ended(const app::ClientReport& report, const net::ConnectionInfo& info) const {
  if (!verbose_) return;
  if (!report.opened) {
    write_block(*log_, "> ", info.request_text);
    write_block(*log_, "< ", info.response_head);
    return;
  }
  log_->write(LogLevel::info, describe_end(report));
}

}  // namespace wsb::cli

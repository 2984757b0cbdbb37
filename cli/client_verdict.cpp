#include "cli/client_verdict.h"

#include <csignal>

#include "cli/log_sink.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/proto/ws/close_code.h"

namespace wsb::cli {
namespace {

using app::ClientStop;

ExitStatus status_of(const Error& error, bool received) {
  switch (error.code) {
    case ErrorCode::invalid_argument: return ExitStatus::usage;
    case ErrorCode::malformed_url: return ExitStatus::malformed_url;
    case ErrorCode::resolve: return ExitStatus::host_not_resolved;
    case ErrorCode::connect: return ExitStatus::connect_failed;
    case ErrorCode::tls_setup: return ExitStatus::own_certificate;
    case ErrorCode::tls_handshake: return ExitStatus::tls_failed;
    case ErrorCode::tls_untrusted: return ExitStatus::untrusted;
    case ErrorCode::handshake_invalid: return ExitStatus::bad_handshake;
    case ErrorCode::handshake_refused: return ExitStatus::upgrade_refused;
    case ErrorCode::protocol: return ExitStatus::protocol_broken;
    case ErrorCode::too_large: return ExitStatus::message_too_large;
    case ErrorCode::timeout: return ExitStatus::timed_out;
    case ErrorCode::connection_lost:
      return received ? ExitStatus::connection_lost : ExitStatus::nothing_received;
    case ErrorCode::cannot_read: return ExitStatus::cannot_read;
    case ErrorCode::cannot_write: return ExitStatus::cannot_write;
    case ErrorCode::unsupported: return ExitStatus::not_in_this_build;
    case ErrorCode::bind:
    case ErrorCode::internal: break;
  }
  return ExitStatus::failed;
}

std::string_view stage_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::malformed_url: return "url";
    case ErrorCode::cannot_read: return "input";
    case ErrorCode::cannot_write: return "output";
    case ErrorCode::tls_setup: return "tls";
    default: return "setup";
  }
}

std::string_view stage_of(net::Phase phase) {
  switch (phase) {
    case net::Phase::resolve: return "resolve";
    case net::Phase::connect: return "connect";
    case net::Phase::tls: return "tls";
    case net::Phase::handshake: return "handshake";
    case net::Phase::open: break;
  }
  return "connection";
}

constexpr std::size_t kBodyShown = 2048;

Verdict judge_refusal(const app::ClientReport& report) {
  const net::Refusal& refusal = *report.refusal;
  Verdict verdict{ExitStatus::upgrade_refused, std::string(stage_of(report.close.phase)),
                  report.close.error->text(), refusal.body};
  const auto location = refusal.headers.find("Location");
  if (location && refusal.status / 100 == 3) {
    verdict.text += " with the location '" + std::string(*location) + "', which is not followed";
  }
  if (verdict.body.size() > kBodyShown) {
    const std::size_t cut = verdict.body.size() - kBodyShown;
    verdict.body.resize(kBodyShown);
    verdict.body += "\n(" + std::to_string(cut) + " more bytes)";
  }
  return verdict;
}

bool is_orderly(std::uint16_t code) { return code == 1000 || code == 1001 || code == 1005; }

// The connection did not end with Close frames both ways.
Verdict judge_unclean(const app::ClientReport& report) {
  const net::CloseInfo& close = report.close;
  const bool received = report.received > 0;
  if (close.error && close.error->code == ErrorCode::handshake_refused && report.refusal) {
    return judge_refusal(report);
  }
  if (close.error) {
    const ExitStatus status = status_of(*close.error, received);
    const bool too_large = status == ExitStatus::message_too_large;
    return {status, std::string(stage_of(close.phase)),
            close.error->text() + (too_large ? ", which is the limit of --max-message" : ""), ""};
  }
  const ExitStatus lost = received ? ExitStatus::connection_lost : ExitStatus::nothing_received;
  return {lost, std::string(stage_of(close.phase)), "the connection was lost without a Close frame",
          ""};
}

Verdict judge_missing_replies(const app::ClientReport& report) {
  return {ExitStatus::stopped_early, "close",
          "wanted " + std::to_string(*report.wanted) +
              (*report.wanted == 1 ? " reply" : " replies") + ", got " +
              std::to_string(report.replies) + ": " + describe_close(report.close),
          ""};
}

Verdict judge_deadline(const app::ClientReport& report) {
  std::string text = "--max-time of " + format_duration(report.max_time) + " has passed";
  if (!report.opened) {
    text += " before the connection was open";
  } else if (report.wanted.value_or(0) > 0) {
    text += ": wanted " + std::to_string(*report.wanted) +
            (*report.wanted == 1 ? " reply" : " replies") + ", got " +
            std::to_string(report.replies);
  }
  return {ExitStatus::timed_out, "deadline", text, ""};
}

Verdict judge_connection(const app::ClientReport& report) {
  const net::CloseInfo& close = report.close;
  if (report.stop == ClientStop::count_reached) return {};
  if (report.stop == ClientStop::max_time) return judge_deadline(report);
  if (report.send_failed) {
    return {ExitStatus::send_failed, "send", "a message is too large for the send buffer", ""};
  }
  if (close.error || !close.clean) return judge_unclean(report);
  if (!is_orderly(close.code))
    return {ExitStatus::bad_close_code, "close", describe_close(close), ""};
  if (report.wanted && report.replies < *report.wanted) return judge_missing_replies(report);
  return {};
}

}  // namespace

std::string describe_close(const net::CloseInfo& close) {
  using By = net::CloseInfo::By;
  std::string out = close.by == By::peer ? "closed by the peer" : "closed";
  if (close.by == By::network) return "the connection was lost";
  if (close.code == ws::to_number(ws::CloseCode::no_status)) {
    out += " without a code";
  } else {
    out += " with " + std::to_string(close.code) + " (" +
           std::string(ws::describe(static_cast<ws::CloseCode>(close.code))) + ")";
  }
  if (!close.reason.empty()) out += " '" + close.reason + "'";
  return out;
}

std::string describe_end(const app::ClientReport& report) {
  return describe_close(report.close) + " after " + format_duration(report.open_for) + ", " +
         std::to_string(report.sent) + " sent, " + std::to_string(report.received) + " received";
}

Verdict judge(const app::ClientOutcome& outcome) {
  if (outcome.signal != 0) return {status_of_signal(outcome.signal), "", "", ""};
  if (outcome.broken_pipe) return {ExitStatus::broken_pipe, "", "", ""};
  if (outcome.output_error) {
    return {ExitStatus::cannot_write, "output", outcome.output_error->text(), ""};
  }
  if (outcome.input_error) {
    return {ExitStatus::cannot_read, "input", outcome.input_error->text(), ""};
  }
  return judge_connection(outcome.report);
}

Verdict judge(const Error& error) {
  return {status_of(error, false), std::string(stage_of(error)), error.text(), ""};
}

int report(const Verdict& verdict) {
  const int status = to_int(verdict.status);
  if (!verdict.text.empty()) {
    print_line("(" + std::to_string(status) + ") " + verdict.stage + ": " + verdict.text);
  }
  for (std::string_view line : split(verdict.body, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) print_line("| " + std::string(line));
  }
  return status;
}

}  // namespace wsb::cli

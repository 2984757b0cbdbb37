#include "cli/client_verdict.h"

#include <catch2/catch.hpp>

#include <csignal>

namespace wsb::cli {
namespace {

using app::ClientOutcome;
using app::ClientStop;
using By = net::CloseInfo::By;

// An open conversation that the peer closed.
ClientOutcome closed_by_peer(std::uint16_t code, std::string reason = "") {
  ClientOutcome outcome;
  outcome.report.opened = true;
  outcome.report.close.by = By::peer;
  outcome.report.close.code = code;
  outcome.report.close.reason = std::move(reason);
  outcome.report.close.clean = true;
  return outcome;
}

ClientOutcome failed(net::Phase phase, ErrorCode code, const std::string& message) {
  ClientOutcome outcome;
  outcome.report.opened = phase == net::Phase::open;
  outcome.report.close.phase = phase;
  outcome.report.close.error = make_error(code, message);
  return outcome;
}

std::string line_of(const Verdict& verdict) {
  return verdict.text.empty() ? "" : verdict.stage + ": " + verdict.text;
}

TEST_CASE("how a conversation ended decides the exit status and the words") {
  struct Case {
    ClientOutcome outcome;
    ExitStatus status;
    std::string line;
  };
  using P = net::Phase;
  const Case cases[] = {
      {closed_by_peer(1000), ExitStatus::done, ""},
      {closed_by_peer(1001, "bye"), ExitStatus::done, ""},
      {closed_by_peer(1005), ExitStatus::done, ""},
      {closed_by_peer(1008, "policy"), ExitStatus::bad_close_code,
       "close: closed by the peer with 1008 (policy violation) 'policy'"},
      {closed_by_peer(4000), ExitStatus::bad_close_code,
       "close: closed by the peer with 4000 (private code)"},
      {failed(P::resolve, ErrorCode::resolve, "x"), ExitStatus::host_not_resolved, "resolve: x"},
      {failed(P::resolve, ErrorCode::timeout, "x"), ExitStatus::timed_out, "resolve: x"},
      {failed(P::connect, ErrorCode::connect, "x"), ExitStatus::connect_failed, "connect: x"},
      {failed(P::tls, ErrorCode::tls_handshake, "x"), ExitStatus::tls_failed, "tls: x"},
      {failed(P::tls, ErrorCode::tls_untrusted, "x"), ExitStatus::untrusted, "tls: x"},
      {failed(P::tls, ErrorCode::tls_setup, "x"), ExitStatus::own_certificate, "tls: x"},
      {failed(P::handshake, ErrorCode::handshake_invalid, "x"), ExitStatus::bad_handshake,
       "handshake: x"},
      {failed(P::handshake, ErrorCode::handshake_refused, "x"), ExitStatus::upgrade_refused,
       "handshake: x"},
      {failed(P::handshake, ErrorCode::connection_lost, "x"), ExitStatus::nothing_received,
       "handshake: x"},
      {failed(P::open, ErrorCode::connection_lost, "x"), ExitStatus::nothing_received,
       "connection: x"},
      {failed(P::open, ErrorCode::protocol, "x"), ExitStatus::protocol_broken, "connection: x"},
      {failed(P::open, ErrorCode::too_large, "message larger than 64MiB"),
       ExitStatus::message_too_large,
       "connection: message larger than 64MiB, which is the limit of --max-message"},
      {failed(P::open, ErrorCode::timeout, "x"), ExitStatus::timed_out, "connection: x"},
      {failed(P::open, ErrorCode::unsupported, "x"), ExitStatus::not_in_this_build,
       "connection: x"},
      {failed(P::open, ErrorCode::internal, "x"), ExitStatus::failed, "connection: x"},
  };
  for (const Case& c : cases) {
    const Verdict verdict = judge(c.outcome);
    INFO(c.line);
    CHECK(verdict.status == c.status);
    CHECK(line_of(verdict) == c.line);
  }
}

TEST_CASE("a connection lost after messages is another status than before any") {
  ClientOutcome outcome;
  outcome.report.opened = true;
  CHECK(judge(outcome).status == ExitStatus::nothing_received);
  outcome.report.received = 1;
  CHECK(judge(outcome).status == ExitStatus::connection_lost);
  CHECK(line_of(judge(outcome)) == "connection: the connection was lost without a Close frame");
}

TEST_CASE("a refusal brings what the server said") {
  ClientOutcome outcome = failed(net::Phase::handshake, ErrorCode::handshake_refused, "302 Found");
  outcome.report.refusal = net::Refusal{302, "Found", {{"Location", "/there"}}, "moved\n", false};
  CHECK(line_of(judge(outcome)) ==
        "handshake: 302 Found with the location '/there', which is not followed");
  CHECK(judge(outcome).body == "moved\n");
  outcome.report.refusal->body.assign(5000, 'x');
  CHECK(judge(outcome).body == std::string(2048, 'x') + "\n(2952 more bytes)");
}

TEST_CASE("the wanted replies count only until they are there") {
  ClientOutcome outcome = closed_by_peer(1000);
  outcome.report.wanted = 3;
  outcome.report.received = 2;
  outcome.report.replies = 1;
  CHECK(judge(outcome).status == ExitStatus::stopped_early);
  CHECK(line_of(judge(outcome)) ==
        "close: wanted 3 replies, got 1: closed by the peer with 1000 (normal closure)");
  outcome.report.replies = 3;
  outcome.report.stop = ClientStop::count_reached;
  CHECK(judge(outcome).status == ExitStatus::done);
  SECTION("even if the end was not clean then") {
    outcome.report.close = {};
    CHECK(judge(outcome).status == ExitStatus::done);
  }
  SECTION("wanting none, none is missing") {
    outcome.report.stop = ClientStop::input_ended;
    outcome.report.wanted = 0;
    outcome.report.received = 0;
    CHECK(judge(outcome).status == ExitStatus::done);
  }
}

TEST_CASE("the time for everything is named, with what was missing") {
  ClientOutcome outcome = closed_by_peer(1000);
  outcome.report.stop = ClientStop::max_time;
  outcome.report.max_time = 1500ms;
  CHECK(judge(outcome).status == ExitStatus::timed_out);
  CHECK(line_of(judge(outcome)) == "deadline: --max-time of 1.5s has passed");
  outcome.report.wanted = 1;
  CHECK(line_of(judge(outcome)) ==
        "deadline: --max-time of 1.5s has passed: wanted 1 reply, got 0");
  outcome.report.opened = false;
  CHECK(line_of(judge(outcome)) ==
        "deadline: --max-time of 1.5s has passed before the connection was open");
}

// 2 > signal > 23 and 26 > the connection > 110 and 112 > 0; each step covers the next.
TEST_CASE("of several failures the first in the order counts") {
  ClientOutcome outcome = closed_by_peer(1000);
  CHECK(judge(outcome).status == ExitStatus::done);
  outcome.report.wanted = 2;
  CHECK(judge(outcome).status == ExitStatus::stopped_early);
  outcome.report.close.code = 1011;
  CHECK(judge(outcome).status == ExitStatus::bad_close_code);
  outcome.report.close.error = make_error(ErrorCode::protocol, "bad frame");
  CHECK(judge(outcome).status == ExitStatus::protocol_broken);
  outcome.report.send_failed = true;
  CHECK(judge(outcome).status == ExitStatus::send_failed);
  outcome.report.stop = ClientStop::max_time;
  CHECK(judge(outcome).status == ExitStatus::timed_out);
  outcome.input_error = make_error(ErrorCode::cannot_read, "no file");
  CHECK(judge(outcome).status == ExitStatus::cannot_read);
  CHECK(line_of(judge(outcome)) == "input: no file");
  outcome.output_error = make_error(ErrorCode::cannot_write, "disk full");
  CHECK(judge(outcome).status == ExitStatus::cannot_write);
  CHECK(line_of(judge(outcome)) == "output: disk full");
  outcome.broken_pipe = true;
  CHECK(judge(outcome).status == ExitStatus::broken_pipe);
  CHECK(line_of(judge(outcome)).empty());
  outcome.signal = SIGTERM;
  CHECK(judge(outcome).status == ExitStatus::terminated);
  CHECK(line_of(judge(outcome)).empty());
  outcome.signal = SIGINT;
  CHECK(judge(outcome).status == ExitStatus::interrupted);
}

TEST_CASE("a failure before there is a connection has its stage") {
  CHECK(line_of(judge(make_error(ErrorCode::malformed_url, "x"))) == "url: x");
  CHECK(judge(make_error(ErrorCode::malformed_url, "x")).status == ExitStatus::malformed_url);
  CHECK(line_of(judge(make_error(ErrorCode::cannot_read, "x"))) == "input: x");
  CHECK(line_of(judge(make_error(ErrorCode::internal, "x"))) == "setup: x");
}

TEST_CASE("an end is described for people") {
  app::ClientReport report = closed_by_peer(1005).report;
  report.open_for = 3200ms;
  report.sent = 4;
  report.received = 17;
  CHECK(describe_end(report) ==
        "closed by the peer without a code after 3.2s, 4 sent, 17 received");
  report.close.by = By::local;
  report.close.code = 1000;
  CHECK(describe_close(report.close) == "closed with 1000 (normal closure)");
  report.close.by = By::network;
  CHECK(describe_close(report.close) == "the connection was lost");
}

}  // namespace
}  // namespace wsb::cli

#include "core/net/http_peer.h"

#include <algorithm>
#include <utility>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/net/server_peer.h"
#include "core/net/server_pool.h"
#include "core/proto/http/request_rules.h"
#include "core/proto/ws/server_handshake.h"

namespace wsb::net {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
// Between two requests: more than the proxies in front of us wait.
constexpr Duration kIdleTime = std::chrono::seconds(75);
// Of an answer that the client does not read.
constexpr Duration kSendTime = std::chrono::seconds(30);
constexpr char kTlsHandshake = 0x16;  // the first byte of a TLS client, RFC 8446 §5.1

HttpResponse plain_text(int status, std::string text, http::Headers headers) {
  headers.add("Content-Type", "text/plain; charset=utf-8");
  return {status, std::move(headers), std::make_shared<const Bytes>(std::move(text) + "\n")};
}

// Those that a handler may have its own answer to.
bool is_known(std::string_view method) {
  for (const std::string_view known :
       {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}) {
    if (method == known) return true;
  }
  return false;
}

}  // namespace

void ServerExchange::respond(HttpResponse response) {
  gone_ = {};
  if (peer_ != nullptr) std::exchange(peer_, nullptr)->answer(std::move(response));
}

void ServerExchange::detach() {
  const std::function<void()> gone = std::exchange(gone_, {});
  if (std::exchange(peer_, nullptr) != nullptr && gone) gone();
}

HttpPeer::HttpPeer(ServerPeer& owner)
    : owner_(owner),
      pool_(owner.pool()),
      deadline_(pool_.loop().now() + pool_.config().handshake_timeout) {}

HttpPeer::~HttpPeer() { let_go(); }

void HttpPeer::let_go() {
  if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->detach();
  if (pending_ != nullptr) pending_->peer = nullptr;
  pending_.reset();
}

// ---- requests

void HttpPeer::receive(BytesView bytes) {
  if (held_.empty()) return process(bytes);
  held_ += bytes;
  hold_back();
}

// One request after the other, without recursion when the handler answers at once.
void HttpPeer::process(BytesView in) {
  processing_ = true;
  while (!in.empty() && step(in)) {
  }
  processing_ = false;
  if (in.empty() || stage_ == Stage::upgraded || stage_ == Stage::over) return;
  held_ = in;
  hold_back();
}

// Reading goes on for a while, so that the client's end is seen.
void HttpPeer::hold_back() {
  if (paused_ || held_.size() < limits::kPipelinedBytes) return;
  paused_ = true;
  owner_.stream().pause_reading();
}

bool HttpPeer::step(BytesView& in) {
  switch (stage_) {
    case Stage::head: read_head(in); return true;
    case Stage::body: read_body(in); return true;
    case Stage::handler:
    case Stage::leaving:
    case Stage::answering:
    case Stage::upgraded: return false;
    case Stage::over: in = {}; return false;
  }
  return false;
}

void HttpPeer::read_head(BytesView& in) {
  if (parser_ == nullptr) {
    // RFC 9112 §2.2: empty lines before a request are passed over.
    while (!in.empty() && (in.front() == '\r' || in.front() == '\n')) in.remove_prefix(1);
    if (in.empty()) return;
    if (!served_ && in.front() == kTlsHandshake) {
      count_failure();
      stage_ = Stage::over;
      return owner_.abandon();
    }
    parser_ = std::make_unique<http::RequestParser>(
        http::HeadLimits{limits::kRequestHeadBytes, limits::kHandshakeHeaderCount});
    if (served_) deadline_ = pool_.loop().now() + pool_.config().handshake_timeout;
  }
  const Result<std::size_t> taken = parser_->feed(in);
  if (!taken) {
    const bool large = taken.error().code == ErrorCode::too_large;
    count_failure();
    return refuse(large ? 431 : 400, taken.error().text());
  }
  in.remove_prefix(*taken);
  if (!parser_->complete()) return;
  const std::unique_ptr<http::RequestParser> parser = std::move(parser_);
  served_ = true;
  const http::RequestHead& head = parser->head();
  if (auto elsewhere = pool_.connections().on_route(http::target_of(head))) {
    stage_ = Stage::leaving;
    return owner_.move_away(head, std::move(elsewhere));
  }
  take_head(head, in);
}

void HttpPeer::take_head(const http::RequestHead& head, BytesView& in) {
  note(&head);
  head_only_ = head.method == "HEAD";
  knows_chunks_ = head.version_minor >= 1;
  if (head.headers.contains_token("Upgrade", "websocket")) {
    upgrade(head, in);
    if (stage_ == Stage::upgraded) in = {};
  } else {
    begin_request(head, in);
  }
}

void HttpPeer::note(const http::RequestHead* head) {
  AccessLog* const log = pool_.config().access_log;
  if (log == nullptr) return;
  const RequestOrigin origin = origin_of(head == nullptr ? http::Headers{} : head->headers);
  note_ = std::make_unique<AccessNote>(*log, origin.remote, head, pool_.loop().now());
}

// Once for each request, also when nobody is there any more to get an answer.
void HttpPeer::tell_answered() {
  if (note_ == nullptr) return;
  const std::uint64_t unsent = std::min<std::uint64_t>(body_sent_, unsent_.size());
  note_->tell(stage_ == Stage::answering ? body_sent_ - unsent : 0, pool_.loop().now());
  note_.reset();
}

void HttpPeer::settle(const http::RequestHead& head, BytesView behind) {
  served_ = true;
  processing_ = true;
  take_head(head, behind);
  processing_ = false;
  process(behind);
}

void HttpPeer::cannot_leave() {
  held_.clear();
  refuse(503, "this server has no file descriptor left, try again");
}

void HttpPeer::begin_request(const http::RequestHead& head, BytesView behind) {
  if (const auto fault = http::find_fault(head)) return refuse(fault->status, fault->text);
  after_ = http::persistence_of(head);
  if (!is_known(head.method)) {
    return refuse(405, "this server answers GET, HEAD and POST", {{"Allow", "GET, HEAD, POST"}});
  }
  auto body = http::RequestBody::of(head, limits::kHttpBodyBytes);
  if (const auto* fault = std::get_if<http::RequestFault>(&body)) {
    return refuse(fault->status, fault->text);
  }
  const http::Target target = http::target_of(head);
  request_ = HttpRequest{};
  request_.method = head.method;
  request_.path = target.path;
  request_.query = target.query;
  request_.headers = head.headers;
  RequestOrigin origin = origin_of(head.headers);
  request_.remote = std::move(origin.remote);
  request_.tls = origin.secure;
  collector_ = std::get<http::RequestBody>(std::move(body));
  stage_ = Stage::body;
  deadline_ = pool_.loop().now() + pool_.config().body_timeout;
  if (collector_->done()) return hand_out();
  // RFC 9110 §10.1.1
  const bool asks = head.version_minor >= 1 && behind.empty() &&
                    head.headers.contains_token("Expect", "100-continue");
  if (!asks || write("HTTP/1.1 100 Continue\r\n\r\n")) return;
  stage_ = Stage::over;
  owner_.abandon();
}

void HttpPeer::read_body(BytesView& in) {
  if (const auto fault = collector_->feed(in)) return refuse(fault->status, fault->text);
  if (collector_->done()) hand_out();
}

void HttpPeer::hand_out() {
  request_.body = collector_->take();
  collector_.reset();
  stage_ = Stage::handler;
  ++pool_.counters().requests_open;
  // A copy: the answer may come inside the call, and end the exchange.
  const auto exchange = std::make_shared<ServerExchange>(std::move(request_), *this);
  exchange_ = exchange;
  pool_.http().on_request(exchange);
}

RequestOrigin HttpPeer::origin_of(const http::Headers& headers) {
  if (peer_.remote.empty()) {
    ConnectionInfo info;
    owner_.stream().describe(info);
    peer_ = {info.remote, info.tls};
  }
  return find_origin(peer_, headers, pool_.config().trusted_proxies);
}

// ---- answers

void HttpPeer::refuse(int status, std::string text, http::Headers headers) {
  parser_.reset();
  collector_.reset();
  after_ = http::Persistence::close;
  ++pool_.counters().requests_open;
  answer(plain_text(status, std::move(text), std::move(headers)));
}

void HttpPeer::answer(HttpResponse response) {
  if (pool_.winding_down()) after_ = http::Persistence::close;
  if (note_ == nullptr) note(nullptr);
  if (note_ != nullptr) note_->status = response.status;
  if (response.is_event_stream && knows_chunks_) {
    response.headers.set("Transfer-Encoding", "chunked");
  }
  if (response.is_event_stream && !head_only_) return stream_events(std::move(response));
  stage_ = Stage::answering;
  deadline_ = pool_.loop().now() + kSendTime;
  Bytes head = response_head(response, after_);
  response_ = {};
  if (!head_only_ && !has_no_content(response.status)) {
    response_.body = std::move(response.body);
    response_.source = std::move(response.source);
  }
  body_sent_ = 0;
  unsent_ = std::move(head);
  // Head and small body in one write.
  if (!append_body(unsent_)) after_ = http::Persistence::close;
  write_on();
}

// The connection ends with the stream. What else was asked on it is not answered.
void HttpPeer::stream_events(HttpResponse response) {
  EventConnection::Agreed agreed;
  owner_.stream().describe(agreed.info);
  const HttpRequest& request = exchange_->request();
  agreed.info.remote = request.remote;
  agreed.info.tls = request.tls;
  agreed.info.target = request.path;
  if (!request.query.empty()) agreed.info.target += '?' + request.query;
  agreed.info.request_headers = request.headers;
  agreed.info.events = true;
  agreed.info.admission = std::move(response.admission);
  agreed.chunked = knows_chunks_;
  if (note_ != nullptr) note_->admit(agreed.info.admission.get());
  agreed.note = std::move(note_);
  Bytes head = response_head(response, http::Persistence::close);
  --pool_.counters().requests_open;
  stage_ = Stage::upgraded;
  let_go();
  Bytes().swap(held_);
  if (std::exchange(paused_, false)) owner_.stream().resume_reading();
  owner_.stream_events(std::move(agreed), std::move(head));
}

// False: it cannot be read any more.
bool HttpPeer::append_body(Bytes& chunk) {
  const std::uint64_t size = response_.body_size();
  if (body_sent_ >= size) return true;
  const std::size_t before = chunk.size();
  if (response_.source == nullptr) {
    chunk.append(*response_.body, static_cast<std::size_t>(body_sent_), kChunkBytes);
  } else if (!response_.source->read(body_sent_, kChunkBytes, chunk)) {
    response_ = {};
    body_sent_ = 0;
    return false;
  }
  body_sent_ += chunk.size() - before;
  return true;
}

void HttpPeer::write_on() {
  while (true) {
    if (!unsent_.empty()) {
      const std::size_t taken = owner_.stream().write(unsent_);
      if (taken > 0) deadline_ = pool_.loop().now() + kSendTime;
      unsent_.erase(0, taken);
      if (!unsent_.empty()) return;  // writable() follows
    }
    if (body_sent_ >= response_.body_size()) return finish();
    if (!append_body(unsent_)) after_ = http::Persistence::close;
  }
}

bool HttpPeer::write(Bytes bytes) { return owner_.stream().write(bytes) == bytes.size(); }

void HttpPeer::writable() {
  if (stage_ == Stage::answering) write_on();
}

void HttpPeer::finish() {
  tell_answered();
  let_go();
  response_ = {};
  Bytes().swap(unsent_);
  --pool_.counters().requests_open;
  if (after_ == http::Persistence::close) {
    stage_ = Stage::over;
    return owner_.linger();
  }
  stage_ = Stage::head;
  head_only_ = false;
  deadline_ = pool_.loop().now() + kIdleTime;
  if (paused_) {
    paused_ = false;
    owner_.stream().resume_reading();
  }
  if (processing_ || held_.empty()) return;
  const Bytes held = std::exchange(held_, {});
  process(held);
}

// ---- upgrades, RFC 6455 §4.2

void HttpPeer::refuse_upgrade(HttpResponse response) {
  ++pool_.counters().upgrades_refused;
  if (note_ != nullptr) note_->kind = AccessEntry::Kind::refused;
  after_ = http::Persistence::close;
  ++pool_.counters().requests_open;
  answer(std::move(response));
}

void HttpPeer::upgrade(const http::RequestHead& head, BytesView rest) {
  if (const auto fault = http::find_fault(head)) return refuse(fault->status, fault->text);
  const auto body = http::RequestBody::of(head, 0);
  if (std::holds_alternative<http::RequestFault>(body) ||
      !std::get<http::RequestBody>(body).done()) {
    return refuse_upgrade(plain_text(400, "a WebSocket is opened without a body", {}));
  }
  ws::ServerHandshakeOptions options;
  options.deflate.enabled = pool_.config().deflate;
  ws::UpgradeDecision judged = ws::judge_upgrade(head, options);
  if (auto* refused = std::get_if<ws::UpgradeRefused>(&judged)) {
    refused->body.pop_back();  // plain_text() ends the line
    return refuse_upgrade(
        plain_text(refused->status, std::move(refused->body), std::move(refused->headers)));
  }
  const http::Target target = http::target_of(head);
  const RequestOrigin origin = origin_of(head.headers);
  const HandshakeRequest request{target.path, target.query, head.headers, origin.remote,
                                 origin.secure};
  HandshakeDecision decision = pool_.connections().on_handshake(request);
  PendingUpgrade upgrade{this, std::get<ws::UpgradeAccepted>(std::move(judged)), head.target,
                         head.headers, origin.remote};
  if (decision.later) return wait_for_decision(std::move(upgrade), decision);
  open(std::move(upgrade), std::move(decision), rest);
}

// Counted and kept like a request that the application has.
void HttpPeer::wait_for_decision(PendingUpgrade upgrade, const HandshakeDecision& decision) {
  pending_ = std::make_shared<PendingUpgrade>(std::move(upgrade));
  stage_ = Stage::handler;
  ++pool_.counters().requests_open;
  decision.later([pending = pending_](HandshakeDecision made) {
    if (pending->peer != nullptr) pending->peer->decided(std::move(made));
  });
}

void HttpPeer::decided(HandshakeDecision decision) {
  --pool_.counters().requests_open;
  PendingUpgrade upgrade = std::move(*pending_);
  let_go();
  const Bytes rest = std::exchange(held_, {});
  if (std::exchange(paused_, false)) owner_.stream().resume_reading();
  open(std::move(upgrade), std::move(decision), rest);
}

void HttpPeer::open(PendingUpgrade upgrade, HandshakeDecision decision, BytesView rest) {
  if (decision.refusal) return refuse_upgrade(*std::move(decision.refusal));
  ws::UpgradeAccepted& accepted = upgrade.accepted;
  accepted.subprotocol = decision.subprotocol;
  ServerConnection::Agreed agreed;
  owner_.stream().describe(agreed.info);
  agreed.info.remote = std::move(upgrade.remote);
  agreed.info.target = std::move(upgrade.target);
  agreed.info.request_headers = std::move(upgrade.headers);
  agreed.info.subprotocol = std::move(decision.subprotocol);
  agreed.info.admission = std::move(decision.admission);
  if (accepted.deflate) {
    agreed.deflate = accepted.deflate->params;
    agreed.info.deflate = true;
    agreed.info.extensions = accepted.deflate->header_value;
  }
  if (note_ != nullptr) {
    note_->kind = AccessEntry::Kind::opened;
    note_->status = 101;
    note_->admit(agreed.info.admission.get());
    note_->tell(0, pool_.loop().now());
    agreed.note = std::move(note_);
  }
  Bytes answer;
  ws::append_switching_protocols(answer, accepted);
  stage_ = Stage::upgraded;
  owner_.upgrade(std::move(agreed), std::move(answer), rest);
}

// ---- the end

void HttpPeer::check(TimePoint now) {
  if (stage_ == Stage::handler || stage_ == Stage::leaving || now < deadline_) return;
  const bool idle = stage_ == Stage::head && parser_ == nullptr;
  if (stage_ == Stage::answering) --pool_.counters().requests_open;
  if (stage_ == Stage::answering) tell_answered();
  if (idle && served_) {
    stage_ = Stage::over;
    return owner_.linger();
  }
  count_failure();
  const bool asked = stage_ == Stage::body || (stage_ == Stage::head && parser_ != nullptr);
  if (asked) return refuse(408, "the request did not arrive in time");
  stage_ = Stage::over;
  owner_.abandon();
}

void HttpPeer::count_failure() {
  if (!std::exchange(served_, true)) ++pool_.counters().handshake_failures;
}

// Who has not asked for anything yet may still do so.
void HttpPeer::wind_down() {
  if (stage_ != Stage::head || parser_ != nullptr || !served_) return;
  stage_ = Stage::over;
  owner_.linger();
}

void HttpPeer::count_failed_tls(const Error& why) {
  if (why.code == ErrorCode::tls_untrusted && !std::exchange(served_, true)) {
    ++pool_.counters().certificates_refused;
  }
  pool_.connections().on_failed_tls(why);
}

void HttpPeer::ended(const StreamEnd& end) {
  if (end.phase == Phase::tls && end.error) count_failed_tls(*end.error);
  count_failure();
  tell_answered();
  if (stage_ == Stage::handler || stage_ == Stage::answering) --pool_.counters().requests_open;
  let_go();
  stage_ = Stage::over;
}

}  // namespace wsb::net

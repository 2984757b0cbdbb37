#include "core/net/lws/http_peer.h"

#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <libwebsockets.h>
#include <openssl/ssl.h>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/net/lws/request_head.h"

namespace wsb::net {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
constexpr int kSendTimeoutSeconds = 30;  // without progress
// What is read and thrown away of a body that was refused, so that the answer arrives.
constexpr std::uint64_t kDiscardBytes = std::uint64_t{16} << 20U;
constexpr Duration kDiscardTime = std::chrono::seconds(2);

HttpResponse plain_text(int status, std::string text, http::Headers headers = {}) {
  headers.add("Content-Type", "text/plain; charset=utf-8");
  return {status, std::move(headers), std::make_shared<const Bytes>(std::move(text) + "\n")};
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// RFC 9112 §9.3. Of HTTP/1.0 libwebsockets keeps a connection only if just this is asked for.
AfterResponse after_of(const http::RequestHead& head) {
  if (head.headers.contains_token("Connection", "close")) return AfterResponse::close;
  if (head.version_minor >= 1) return AfterResponse::keep;
  const bool keep = head.headers.count("Connection") == 1 &&
                    equals_ignore_case(*head.headers.find("Connection"), "keep-alive");
  return keep ? AfterResponse::keep_and_say_so : AfterResponse::close;
}

// Announced by the request; without end when nobody can tell, and what is no number is refused.
std::uint64_t body_size(const http::Headers& headers) {
  if (headers.count("Transfer-Encoding") > 0) return std::numeric_limits<std::uint64_t>::max();
  return parse_length(headers.find("Content-Length").value_or("0")).value_or(0);
}

}  // namespace

void LwsExchange::respond(HttpResponse response) {
  if (peer_ != nullptr) std::exchange(peer_, nullptr)->answer(std::move(response));
}

HttpPeer::~HttpPeer() {
  if (exchange_ != nullptr) exchange_->detach();
}

std::optional<HttpResponse> HttpPeer::find_fault(const http::RequestHead& head) {
  const http::Headers& headers = head.headers;
  if (head.version_minor >= 1 && headers.count("Host") != 1) {
    return plain_text(400, "the request needs one Host header");  // RFC 9112 §3.2
  }
  const bool known = head.method == "GET" || head.method == "HEAD" || head.method == "POST";
  if (!known) {
    return plain_text(405, "this server answers GET, HEAD and POST",
                      {{"Allow", "GET, HEAD, POST"}});
  }
  if (headers.count("Transfer-Encoding") > 0) {
    return plain_text(411, "the request needs a Content-Length");
  }
  const auto length = headers.find("Content-Length");
  if (!length) {
    if (head.method != "POST") return std::nullopt;
    return plain_text(411, "the request needs a Content-Length");
  }
  if (!parse_length(*length) || headers.count("Content-Length") != 1) {
    return plain_text(400, "the Content-Length is not a number");
  }
  if (body_left_ > limits::kHttpBodyBytes) return plain_text(413, "the body is too large");
  return std::nullopt;
}

int HttpPeer::request_came(http::RequestHead head, HttpHandler* handler) {
  if (handler == nullptr) return -1;
  after_ = after_of(head);
  head_only_ = head.method == "HEAD";
  body_left_ = body_size(head.headers);
  deadline_ = loop_.now() + config_.body_timeout;
  if (std::optional<HttpResponse> fault = find_fault(head)) {
    answer(*std::move(fault), AfterResponse::close);
    return 0;
  }
  const std::size_t question = head.target.find('?');
  request_ = HttpRequest{};
  request_.path = head.target.substr(0, question);
  if (question != std::string::npos) request_.query = head.target.substr(question + 1);
  request_.remote = peer_address(lws_get_socket_fd(wsi_));
  request_.tls = config_.tls;
  const bool wants_continue = head.headers.contains_token("Expect", "100-continue");
  const bool is_post = head.method == "POST";
  request_.method = std::move(head.method);
  request_.headers = std::move(head.headers);
  if (body_left_ == 0 && !is_post) return deliver(handler);
  stage_ = Stage::body;  // libwebsockets comes with the body's end also when it is empty
  if (wants_continue && body_left_ > 0) {
    std::string text = "HTTP/1.1 100 Continue\r\n\r\n";
    if (lws_write(wsi_, reinterpret_cast<unsigned char*>(text.data()), text.size(),
                  LWS_WRITE_HTTP) < 0) {
      return -1;
    }
  }
  return 0;
}

int HttpPeer::body_came(BytesView bytes) {
  // Libwebsockets' own timeout starts anew with every byte.
  if (body_left_ > 0 && loop_.now() > deadline_) return -1;
  body_left_ -= std::min<std::uint64_t>(body_left_, bytes.size());
  if (stage_ != Stage::body) {
    discarded_ += bytes.size();
    return discarded_ > kDiscardBytes ? -1 : 0;
  }
  if (request_.body.size() + bytes.size() > limits::kHttpBodyBytes) return -1;
  request_.body.append(bytes);
  return 0;
}

int HttpPeer::body_complete(HttpHandler* handler) {
  if (stage_ == Stage::discarding) return -1;
  if (stage_ != Stage::body) return 0;
  if (handler == nullptr) return -1;
  return deliver(handler);
}

int HttpPeer::deliver(HttpHandler* handler) {
  stage_ = Stage::handler;
  lws_set_timeout(wsi_, NO_PENDING_TIMEOUT, 0);  // the handler may take its time
  exchange_ = std::make_shared<LwsExchange>(std::move(request_), this);
  // A copy: the answer may come inside the call, and end the exchange.
  const std::shared_ptr<LwsExchange> exchange = exchange_;
  handler->on_request(exchange);
  return 0;
}

void HttpPeer::answer(HttpResponse response, AfterResponse after) {
  after_ = after;
  stage_ = Stage::answering;
  head_ = response_head(response, after);
  body_ = {};
  if (!head_only_) {
    body_.body = std::move(response.body);
    body_.source = std::move(response.source);
  }
  sent_ = 0;
  lws_callback_on_writable(wsi_);
}

// False: it cannot be read any more.
bool HttpPeer::append_body(std::uint64_t from, std::string& chunk) {
  if (from >= body_.body_size()) return true;
  if (body_.source != nullptr) return body_.source->read(from, kChunkBytes, chunk);
  chunk.append(*body_.body, static_cast<std::size_t>(from), kChunkBytes);
  return true;
}

// True when all was handed over, or no more can be.
bool HttpPeer::write_chunk() {
  std::string chunk;
  if (sent_ < head_.size()) chunk = head_.substr(static_cast<std::size_t>(sent_));
  const bool readable = append_body(sent_ + chunk.size() - head_.size(), chunk);
  auto* bytes = reinterpret_cast<unsigned char*>(chunk.data());
  if (!readable || (!chunk.empty() && lws_write(wsi_, bytes, chunk.size(), LWS_WRITE_HTTP) < 0)) {
    after_ = AfterResponse::close;
    return true;
  }
  sent_ += chunk.size();
  return sent_ == head_.size() + body_.body_size();
}

int HttpPeer::writable() {
  if (stage_ != Stage::answering) return 0;
  lws_set_timeout(wsi_, PENDING_TIMEOUT_HTTP_CONTENT, kSendTimeoutSeconds);
  const bool complete = sent_ == head_.size() + body_.body_size() || write_chunk();
  if (complete && lws_partial_buffered(wsi_) == 0) return finish();
  lws_callback_on_writable(wsi_);
  return 0;
}

int HttpPeer::finish() {
  if (exchange_ != nullptr) exchange_->detach();
  exchange_.reset();
  body_ = {};
  head_.clear();
  if (after_ == AfterResponse::close) {
    stage_ = Stage::discarding;
    if (body_left_ == 0) return -1;
    // Closing with input unread would reset the connection and take the answer with it.
    if (SSL* tls = lws_get_ssl(wsi_)) SSL_shutdown(tls);
    shutdown(lws_get_socket_fd(wsi_), SHUT_WR);
    deadline_ = loop_.now() + kDiscardTime;
    lws_set_timeout(wsi_, PENDING_TIMEOUT_HTTP_CONTENT,
                    static_cast<int>(kDiscardTime / std::chrono::seconds(1)));
    return 0;
  }
  stage_ = Stage::idle;
  return lws_http_transaction_completed(wsi_) != 0 ? -1 : 0;
}

}  // namespace wsb::net

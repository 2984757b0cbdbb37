#include "core/proto/ws/client_handshake.h"

#include <algorithm>
#include <utility>

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/proto/ws/handshake_key.h"

namespace wsb::ws {
namespace {

constexpr int kSwitchingProtocols = 101;
// So much of an answer shows whether it is HTTP.
constexpr std::size_t kStartBytes = 64;

Error invalid_argument(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

Error invalid_answer(std::string message) {
  return make_error(ErrorCode::handshake_invalid, std::move(message));
}

// Of an answer that is not HTTP, what shows it: its first line, as far as it is text, or its first
// bytes. nullopt: it is HTTP, or that cannot be said yet.
std::optional<std::string_view> foreign_start(std::string_view text) {
  constexpr std::string_view kStart = "HTTP/";
  if (kStart.substr(0, text.size()) == text.substr(0, kStart.size())) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') return text.substr(0, text.substr(0, i).ends_with('\r') ? i - 1 : i);
    const bool binary = static_cast<unsigned char>(text[i]) < 0x20 && text[i] != '\r';
    if (i + 1 == kStartBytes || binary) return text.substr(0, i + 1);
  }
  return std::nullopt;
}

// RFC 8446 §5.1: a record of the type alert, its version 3.x, is what a TLS server says to a client
// that speaks plainly.
constexpr std::string_view kTlsAlert = "\x15\x03";

std::optional<Error> judge_start(std::string_view text) {
  if (text.starts_with(kTlsAlert)) return invalid_answer("server speaks TLS: use wss://");
  if (kTlsAlert.starts_with(text)) return std::nullopt;
  const auto start = foreign_start(text);
  if (!start || start->empty()) return std::nullopt;  // the parser has words for an empty line
  return invalid_answer("answer is not HTTP: it begins with '" + printable(*start) + "'");
}

bool is_target(std::string_view target) {
  return target.starts_with('/') && std::all_of(target.begin(), target.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte > 0x20 && byte != 0x7F;
         });
}

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (!out.empty()) out += ", ";
    out += part;
  }
  return out;
}

std::string join_offers(const std::vector<DeflateOffer>& offers) {
  std::vector<std::string> texts;
  for (const DeflateOffer& offer : offers) texts.push_back(offer.text());
  return join(texts);
}

std::string quoted(std::optional<std::string_view> value) {
  return value ? "'" + printable(*value) + "'" : "missing";
}

}  // namespace

Result<void> ClientHandshakeOptions::validate() const {
  if (host.empty() || !http::is_header_value(host)) {
    return invalid_argument("host '" + printable(host) + "' cannot go into a Host header");
  }
  if (!is_target(target)) {
    return invalid_argument("path '" + printable(target) + "' cannot go into a request line");
  }
  for (const std::string& subprotocol : subprotocols) {
    if (!http::is_token(subprotocol)) {
      return invalid_argument("subprotocol '" + printable(subprotocol) + "' is not a token");
    }
    if (std::count(subprotocols.begin(), subprotocols.end(), subprotocol) > 1) {
      return invalid_argument("subprotocol '" + subprotocol + "' is given twice");
    }
  }
  for (const HeaderEdit& edit : headers) {
    if (!http::is_token(edit.name)) {
      return invalid_argument("header name '" + printable(edit.name) + "' is not a token");
    }
    if (edit.value && !http::is_header_value(*edit.value)) {
      return invalid_argument("header '" + edit.name + "' has a control character in its value");
    }
  }
  return {};
}

ClientHandshake::ClientHandshake(const ClientHandshakeOptions& options, RandomSource& random) {
  build_headers(options, random);
  request_ = "GET " + options.target + " HTTP/1.1\r\n";
  headers_.append_to(request_);
  request_ += "\r\n";
}

void ClientHandshake::build_headers(const ClientHandshakeOptions& options, RandomSource& random) {
  headers_.add("Host", options.host);
  headers_.add("Upgrade", "websocket");
  headers_.add("Connection", "Upgrade");
  headers_.add("Sec-WebSocket-Key", make_handshake_key(random));
  headers_.add("Sec-WebSocket-Version", "13");
  if (!options.subprotocols.empty()) {
    headers_.add("Sec-WebSocket-Protocol", join(options.subprotocols));
  }
  if (!options.deflate_offers.empty()) {
    headers_.add("Sec-WebSocket-Extensions", join_offers(options.deflate_offers));
  }
  // A default is replaced in its place by the first of the user's own; a removal wins over defaults
  // only, so that 'X:' followed by 'X: 1' sends one X.
  http::Headers own;
  for (const HeaderEdit& edit : options.headers) {
    if (own.count(edit.name) == 0) {
      if (edit.value && headers_.count(edit.name) != 0) {
        headers_.set(edit.name, *edit.value);
        own.add(edit.name, *edit.value);
        continue;
      }
      headers_.remove(edit.name);
    }
    if (!edit.value) continue;
    headers_.add(edit.name, *edit.value);
    own.add(edit.name, *edit.value);
  }
}

std::size_t ClientHandshake::feed(BytesView in) {
  std::size_t taken = 0;
  if (state_ == State::waiting) {
    std::string start = parser_.text().substr(0, kStartBytes);
    start += in.substr(0, kStartBytes - start.size());
    const Result<std::size_t> head = parser_.feed(in);
    if (auto foreign = judge_start(start)) {
      fail(std::move(*foreign));
      return in.size();
    }
    if (!head) {
      fail(invalid_answer(head.error().message));
      return in.size();
    }
    taken = *head;
    if (parser_.complete()) judge();
  }
  if (state_ == State::reading_refusal) taken += feed_refusal(in.substr(taken));
  return taken;
}

void ClientHandshake::judge() {
  if (parser_.head().status != kSwitchingProtocols) {
    begin_refusal();
    return;
  }
  Result<void> verdict = judge_upgrade();
  if (verdict) verdict = judge_accept();
  if (verdict) verdict = judge_subprotocol();
  if (verdict) verdict = judge_extensions();
  if (!verdict) {
    fail(std::move(verdict).error());
    return;
  }
  state_ = State::accepted;
}

// RFC 6455 §4.1, the numbered list of what the client must check.
Result<void> ClientHandshake::judge_upgrade() const {
  const http::ResponseHead& head = parser_.head();
  if (head.version_major != 1 || head.version_minor < 1) {
    return invalid_answer(format("server switches protocols with HTTP/%d.%d", head.version_major,
                                 head.version_minor));
  }
  const auto upgrade = head.headers.find("Upgrade");
  if (!upgrade || head.headers.count("Upgrade") != 1 ||
      !equals_ignore_case(*upgrade, "websocket")) {
    return invalid_answer("Upgrade header is " + quoted(upgrade) + ", not 'websocket'");
  }
  if (!head.headers.contains_token("Connection", "Upgrade")) {
    return invalid_answer("Connection header is " + quoted(head.headers.find("Connection")) +
                          ", without 'Upgrade'");
  }
  return {};
}

Result<void> ClientHandshake::judge_accept() const {
  const http::Headers& answer = parser_.head().headers;
  const auto accept = answer.find("Sec-WebSocket-Accept");
  const std::string expected = accept_for_key(headers_.find("Sec-WebSocket-Key").value_or(""));
  if (!accept || answer.count("Sec-WebSocket-Accept") != 1 || *accept != expected) {
    return invalid_answer("Sec-WebSocket-Accept header is " + quoted(accept) +
                          ", which does not answer our key");
  }
  return {};
}

Result<void> ClientHandshake::judge_subprotocol() {
  const std::vector<std::string_view> chosen = parser_.head().headers.all("Sec-WebSocket-Protocol");
  if (chosen.empty()) return {};
  if (chosen.size() > 1) return invalid_answer("server chose more than one subprotocol");
  for (const std::string_view value : headers_.all("Sec-WebSocket-Protocol")) {
    const std::vector<std::string_view> offered = http::split_list(value);
    if (std::find(offered.begin(), offered.end(), chosen.front()) != offered.end()) {
      subprotocol_ = chosen.front();
      return {};
    }
  }
  return invalid_answer("server chose subprotocol '" + printable(chosen.front()) +
                        "', which was not offered");
}

Result<void> ClientHandshake::judge_extensions() {
  Result<std::optional<DeflateParams>> params =
      judge_deflate_answer(parser_.head().headers.all("Sec-WebSocket-Extensions"),
                           parse_deflate_offers(headers_.all("Sec-WebSocket-Extensions")));
  if (!params) return std::move(params).error();
  deflate_ = *params;
  return {};
}

void ClientHandshake::begin_refusal() {
  const http::ResponseHead& head = parser_.head();
  const std::string words =
      head.reason.empty() ? std::string(http::status_words(head.status)) : printable(head.reason);
  error_ =
      make_error(ErrorCode::handshake_refused, "server answered " + std::to_string(head.status) +
                                                   (words.empty() ? "" : " " + words));
  Result<http::BodyReader> body = http::BodyReader::for_response(head, limits::kRefusalBodyBytes);
  // How the body is framed cannot be known: the refusal itself still stands.
  const bool readable = body && !body->done();
  if (body) body_.emplace(*std::move(body));
  state_ = readable ? State::reading_refusal : State::failed;
}

std::size_t ClientHandshake::feed_refusal(BytesView in) {
  const Result<std::size_t> taken = body_->feed(in);
  if (!taken || body_->done()) state_ = State::failed;
  return taken ? *taken : in.size();
}

void ClientHandshake::end_of_stream() {
  if (state_ == State::reading_refusal) {
    body_->end_of_stream();
    state_ = State::failed;
  } else if (state_ == State::waiting) {
    fail(make_error(ErrorCode::connection_lost,
                    parser_.text().empty()
                        ? "server closed the connection without an answer to the upgrade request"
                        : "server closed the connection in the middle of its answer"));
  }
}

void ClientHandshake::stop_reading_refusal() {
  if (state_ == State::reading_refusal) state_ = State::failed;
}

const std::string& ClientHandshake::body() const {
  static const std::string kNone;
  return body_ ? body_->body() : kNone;
}

void ClientHandshake::fail(Error error) {
  state_ = State::failed;
  error_ = std::move(error);
}

}  // namespace wsb::ws

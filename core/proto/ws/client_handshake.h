#pragma once

// The client's half of the opening handshake (RFC 6455 §4.1): the request as bytes, and the
// incremental judgement of the answer. Request, answer and a refusal's body are kept, verbatim and
// bounded, for verbose output and records. Owned by a connection; one thread at a time.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/proto/http/body_reader.h"
#include "core/proto/http/headers.h"
#include "core/proto/http/response.h"
#include "core/proto/ws/deflate_negotiation.h"

namespace wsb::ws {

// A header of the user. A value replaces the default field of that name (the user's own of one name
// are all sent); no value removes it.
struct HeaderEdit {
  std::string name;
  std::optional<std::string> value;
};

struct ClientHandshakeOptions {
  std::string host;          // of the Host header: Url::host_header()
  std::string target = "/";  // path and query
  std::vector<std::string> subprotocols{};
  std::vector<DeflateOffer> deflate_offers{};
  std::vector<HeaderEdit> headers{};

  // Errors: invalid_argument, for a target, name, value or subprotocol that HTTP cannot carry.
  [[nodiscard]] Result<void> validate() const;
};

class ClientHandshake {
 public:
  enum class State { waiting, reading_refusal, accepted, failed };

  // The options must be valid. `random` is used for the key only, during the call.
  ClientHandshake(const ClientHandshakeOptions& options, RandomSource& random);

  // The bytes to send.
  [[nodiscard]] const Bytes& request() const { return request_; }

  // Returns how many bytes belong to the answer; once accepted the rest are frames.
  std::size_t feed(BytesView in);
  // The connection ended while we were waiting.
  void end_of_stream();
  // Gives up on the rest of a refusal's body (a timeout): the state becomes failed.
  void stop_reading_refusal();

  [[nodiscard]] State state() const { return state_; }
  // With failed or reading_refusal. Codes: handshake_invalid, handshake_refused (any other status
  // than 101), connection_lost.
  [[nodiscard]] const Error& error() const { return error_; }

  // With accepted:
  [[nodiscard]] const std::string& subprotocol() const { return subprotocol_; }  // empty: none
  [[nodiscard]] const std::optional<DeflateParams>& deflate() const { return deflate_; }

  // Once the head of the answer is there (status 0 before).
  [[nodiscard]] const http::ResponseHead& response() const { return parser_.head(); }
  // The head of the answer as it came, as far as it came.
  [[nodiscard]] const std::string& response_text() const { return parser_.text(); }
  [[nodiscard]] const http::Headers& request_headers() const { return headers_; }
  // Of a refusal.
  [[nodiscard]] const std::string& body() const;
  [[nodiscard]] bool body_truncated() const { return body_ && body_->truncated(); }

 private:
  void build_headers(const ClientHandshakeOptions& options, RandomSource& random);
  void judge();
  [[nodiscard]] Result<void> judge_upgrade() const;
  [[nodiscard]] Result<void> judge_accept() const;
  [[nodiscard]] Result<void> judge_subprotocol();
  [[nodiscard]] Result<void> judge_extensions();
  void begin_refusal();
  std::size_t feed_refusal(BytesView in);
  void fail(Error error);

  Bytes request_;
  http::Headers headers_;
  http::ResponseParser parser_;
  std::optional<http::BodyReader> body_;
  State state_ = State::waiting;
  Error error_;
  std::string subprotocol_;
  std::optional<DeflateParams> deflate_;
};

}  // namespace wsb::ws

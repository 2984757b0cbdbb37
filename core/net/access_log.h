#pragma once

// Who asked a server for what, and what came of it: told of every request and every WebSocket of a
// listener. What is noted holds no credentials. `cli` makes the log; a listener without one notes
// nothing.

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/time.h"
#include "core/net/connection.h"
#include "core/proto/http/request.h"

namespace wsb::net {

struct AccessRequest {
  std::string remote;  // the client's address, as far as the proxies before it are believed
  std::string user;    // as whom a WebSocket or a stream was let in; empty: nobody, or not known
  std::string method;  // empty, and so is what follows: the request could not be read
  std::string target;  // see http::without_credentials; so is the referer
  std::string referer;
  std::string user_agent;
  int version_minor = 1;  // of HTTP/1
};

struct AccessEntry {
  enum class Kind {
    request,  // was answered; a stream of events: has ended
    refused,  // a WebSocket was asked for, and this is the answer
    opened,   // a WebSocket
    closed,   // the same, at its end
  };
  Kind kind;
  const AccessRequest& request;
  int status = 0;           // kClientGone: the client went without an answer
  std::uint64_t bytes = 0;  // of the answer's body, as far as it was sent; of messages sent
  Duration duration{};      // since the head of the request had arrived
  // Of a WebSocket at its end; else nullptr.
  const ConnectionStats* stats = nullptr;
  const CloseInfo* close = nullptr;
};

class AccessLog {
 public:
  static constexpr int kClientGone = 499;  // what nginx made known

  virtual ~AccessLog() = default;
  // Any worker's thread; never waits.
  virtual void write(const AccessEntry& entry) = 0;
};

// One request, from its head until it is told of. Owned by whoever serves it at the moment.
class AccessNote {
 public:
  // `head` nullptr: it could not be read.
  AccessNote(AccessLog& log, std::string remote, const http::RequestHead* head, TimePoint now);

  AccessEntry::Kind kind = AccessEntry::Kind::request;
  int status = AccessLog::kClientGone;
  // As whom it was let in.
  void admit(const Admission* admission);
  void tell(std::uint64_t bytes, TimePoint now) const;
  void tell_closed(const ConnectionStats& stats, const CloseInfo& close, TimePoint now);

 private:
  AccessLog& log_;
  AccessRequest request_;
  const TimePoint started_;
};

}  // namespace wsb::net

#pragma once

// GET /events: what is published, as Server-Sent Events, for tools that cannot speak WebSocket. The
// client becomes one of the ServePeers. Whether it may subscribe at all was judged before. Owned by
// a ServeWorker, on its thread.

#include <memory>

#include "core/app/access_policy.h"
#include "core/app/serve_peers.h"
#include "core/net/http.h"

namespace wsb::app {

class ServeStreams {
 public:
  explicit ServeStreams(ServePeers& peers) : peers_(peers) {}

  // Opens the stream of the rooms that the query names, or answers 400, 403, 405, 426, 503.
  void open(const std::shared_ptr<net::HttpExchange>& exchange, const AccessGrant& grant);

 private:
  ServePeers& peers_;
};

}  // namespace wsb::app

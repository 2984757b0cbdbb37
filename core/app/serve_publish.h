#pragma once

// POST /broadcast: publishes the body of a request as if a client had sent it, and answers with the
// number of its receivers. Whether the request may do so was judged before. Owned by a ServeWorker,
// on its thread; outlives the exchanges it was given.

#include <memory>

#include "core/hub/shard.h"
#include "core/net/http.h"

namespace wsb::app {

class ServePublish {
 public:
  explicit ServePublish(hub::Shard& shard) : shard_(shard) {}

  // Text, JSON and forms are a text message, byte for byte; everything else is a binary one.
  // Answers 200 with {"receivers":N}, or 400, 405, 415.
  void publish(std::shared_ptr<net::HttpExchange> exchange);

 private:
  hub::Shard& shard_;
};

}  // namespace wsb::app

#pragma once

// A connection of a server on its way from one listener to another of the same server, on another
// thread: its stream, off its loop, and the request that it is moved for. One thread at a time.

#include <memory>

#include "core/base/bytes.h"
#include "core/net/byte_stream.h"
#include "core/proto/http/request.h"

namespace wsb::net {

struct MovedPeer {
  std::unique_ptr<ByteStream> stream;
  http::RequestHead head;
  Bytes behind;  // what was read behind the head
};

}  // namespace wsb::net

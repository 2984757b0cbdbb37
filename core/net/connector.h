#pragma once

// Opening a client connection: name resolution off the loop, TCP (RFC 8305 order), TLS, the
// upgrade, then frames by our own codec over raw bytes. Plain configuration values.

#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/base/units.h"
#include "core/net/tls_config.h"
#include "core/proto/http/headers.h"
#include "core/proto/http/url.h"
#include "core/proto/ws/frame.h"

namespace wsb::net {

// Sees every frame of one connection, in and out, with its header; for tracing and recording.
class FrameObserver {
 public:
  virtual ~FrameObserver() = default;
  virtual void on_frame_in(const ws::FrameHeader& header) = 0;
  virtual void on_frame_out(const ws::FrameHeader& header) = 0;
};

struct ConnectConfig {
  http::Url url;
  http::Headers headers;                  // added to the request, or instead of a default
  std::vector<std::string> removed_headers;  // defaults that are left out
  std::vector<std::string> subprotocols;  // in order of preference
  bool deflate = false;                   // offer permessage-deflate
  TlsClientConfig tls;
  std::string source_address;             // empty: the kernel's choice
  Duration connect_timeout = std::chrono::seconds(10);  // resolve to 101, all together
  Duration close_timeout = std::chrono::seconds(5);
  ByteSize max_message = 64_MiB;
  ByteSize max_send_buffer = 64_MiB;      // more unsent than that: SendStatus::dropped
  bool tcp_nodelay = true;
  FrameObserver* observer = nullptr;      // outlives the connection
};

}  // namespace wsb::net

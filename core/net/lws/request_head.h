#pragma once

// The head of a request as libwebsockets parsed it, in our types. Its parser decodes and tidies the
// path ("//", "/../") and keeps only headers whose names it knows, so what is given here is that
// path encoded anew, and those headers, lower case. It also takes "+" for a space, in the path too,
// and ";" for "&", of which nothing is left to tell them by. Loop's thread.

#include <string>

#include "core/proto/http/request.h"

struct lws;

namespace wsb::net {

// The method is empty when libwebsockets has none for it.
[[nodiscard]] http::RequestHead read_request_head(lws* wsi);

// "127.0.0.1:50312", "[::1]:50312"; "" when the socket has no such address any more.
[[nodiscard]] std::string peer_address(int fd);
[[nodiscard]] std::string local_address(int fd);

}  // namespace wsb::net

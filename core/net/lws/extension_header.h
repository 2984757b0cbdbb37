#pragma once

// What libwebsockets is to see of Sec-WebSocket-Extensions. Its own reading of it, in 4.1, hangs up
// after 255 bytes and at a second mention of an extension; an ordinary list of three offers has 296
// and three (RFC 7692 §5). So after our own reading its copy of the header is cut in place. Loop's
// thread.

#include <string_view>

struct lws;

namespace wsb::net {

// Leaves the bare name `keep`, which one of the fields mentions, or nothing. To be called while
// libwebsockets has the head of a request. False: the header is not where it should be, or too much
// stands before the field; then it is as it was, or cut already.
[[nodiscard]] bool cut_extensions(lws* wsi, std::string_view keep);

}  // namespace wsb::net

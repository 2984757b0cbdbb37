#pragma once

// What libwebsockets has to say goes to our log, never to stderr. Its log function is one for the
// process, so this is the one mutable static of wsb.

#include "core/base/log.h"

namespace wsb::net {

// Any thread. nullptr: what it says is dropped. `log` must outlive every libwebsockets context.
void route_lws_log(Log* log);

}  // namespace wsb::net

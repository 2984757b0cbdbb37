#pragma once

// Words to the service manager that started us (sd_notify of systemd, without its library): one
// datagram to the socket that NOTIFY_SOCKET names. Without one, and when it cannot be reached,
// nothing happens. Any thread.

#include <optional>
#include <string_view>

#include "core/base/time.h"

namespace wsb::cli {

// "READY=1", "STOPPING=1". False: nobody was told.
bool notify_service_manager(std::string_view state);
// That a reload begins, as Type=notify-reload wants it: with the time. "READY=1" ends it.
bool notify_reloading();

// How often it wants "WATCHDOG=1" at least, as WATCHDOG_USEC says, if that is for this process; out
// of the environment afterwards. nullopt: it does not watch.
[[nodiscard]] std::optional<Duration> take_watchdog_interval();

}  // namespace wsb::cli

#pragma once

// Who was not let in, by cause, since the worker started. Counted on the worker's thread without
// atomics; main gets copies. Value type.

#include <cstdint>

namespace wsb::app {

struct AccessCounters {
  std::uint64_t origin = 0;       // requests of pages of other origins, 403
  std::uint64_t credentials = 0;  // requests without good credentials, 401
  std::uint64_t rights = 0;       // requests beyond what the credentials allow, 403
  std::uint64_t busy = 0;         // requests when too many were being judged, 503
  std::uint64_t publishers = 0;   // connections closed for a message without the right, 1008

  AccessCounters& operator+=(const AccessCounters& other) {
    origin += other.origin;
    credentials += other.credentials;
    rights += other.rights;
    busy += other.busy;
    publishers += other.publishers;
    return *this;
  }
  bool operator==(const AccessCounters&) const = default;
};

}  // namespace wsb::app

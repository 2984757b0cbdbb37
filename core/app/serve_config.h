#pragma once

// What `wsb serve` is asked to do. Plain values; validate() before use.

#include <cstdint>
#include <optional>
#include <string>

#include "core/app/access_config.h"
#include "core/app/socketio_config.h"
#include "core/app/limits_config.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/units.h"

namespace wsb::app {

struct ServeConfig {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3000;     // 0: one that is free
  std::string unix_path;         // of a unix socket; then host and port count if either is given
  std::string unix_mode = "0660";  // of its file, octal
  bool address_given = false;    // host or port was asked for
  int threads = 0;               // 0: one for each core
  std::string public_dir;        // empty: the built-in page
  bool raw = false;              // relay verbatim, no welcome, no envelope
  bool echo = false;             // back to the sender alone
  bool rooms = false;            // clients join and leave rooms by messages
  std::string history;           // what is kept for who joins later; see history_option.h
  std::string certificate_file;  // PEM, with key_file: TLS
  std::string key_file;
  bool tls_self_signed = false;  // TLS with a certificate made at start
  std::string client_ca_file;    // clients need a certificate signed by one of these
  ByteSize max_message = 1_MiB;  // larger ones fail the connection with 1009
  ByteSize max_backlog = 1_MiB;  // unsent to one client
  std::string slow_consumer = "disconnect";  // what is done to one with more; see slow_consumer.h
  bool deflate = true;           // accept permessage-deflate
  Duration ping_interval = std::chrono::seconds(30);  // 0: no pings
  Duration ping_timeout = std::chrono::seconds(60);
  // Networks and 'unix', comma-separated: X-Forwarded-For is theirs to say.
  std::string trust_proxy;
  bool proxy_protocol = false;  // their connections begin with a header of it
  Duration drain_delay{};  // asked to stop: /readyz says so for as long before anything else
  Duration drain_timeout = std::chrono::seconds(10);  // then for clients to go

  std::string fault;  // what goes wrong on purpose, as parse_fault_plan() reads; empty: nothing
  std::optional<std::uint64_t> fault_seed{};  // the same faults again; nullopt: others each time

  AccessConfig access;
  SocketioConfig socketio;
  LimitsConfig limits;

  [[nodiscard]] bool tls() const { return tls_self_signed || !certificate_file.empty(); }
  [[nodiscard]] bool listens_on_address() const { return address_given || unix_path.empty(); }
  // Errors: invalid_argument, naming the option as typed.
  [[nodiscard]] Result<void> validate() const;
};

// "ws://127.0.0.1:3000", "https://[::1]:443": `scheme` without TLS is ws or http.
[[nodiscard]] std::string origin_text(std::string_view scheme, bool tls, std::string_view host,
                                      std::uint16_t port);

}  // namespace wsb::app

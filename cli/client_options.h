#pragma once

// What `connect` and `send` have in common: the same options with the same words, and from what was
// typed to a configuration. Main thread.

#include <optional>
#include <string>
#include <vector>

#include "cli/client_socketio_options.h"
#include "cli/command.h"
#include "core/app/client_config.h"
#include "core/base/result.h"

namespace wsb::cli {

struct ClientArguments {
  std::string url;
  std::vector<std::string> headers;
  std::vector<std::string> subprotocols;
  bool insecure = false;
  std::string ca_file;
  bool compress = true;
  bool binary = false;
  std::optional<std::uint64_t> count;
  Duration max_time{};
  bool no_close = false;
  bool exit_on_eof = false;
  Duration connect_timeout = std::chrono::seconds(10);
  Duration close_timeout = std::chrono::seconds(5);
  ByteSize max_message = 64_MiB;
  unsigned verbose = 0;
  bool quiet = false;
  SocketioArguments socketio;
  bool ack = false;
};

// The most that an option for a time takes.
inline constexpr Duration kLongestOption = std::chrono::hours(24 * 365);

// Where the words of the two differ.
struct ClientWords {
  std::string_view count_text;
  std::string_view count_fallback;
  std::string_view max_time_fallback;
};

// The options of the group Request; `bench` has them too.
void add_request_options(std::vector<Option>& options, ClientArguments& arguments);

// The argument URL, and every option that both have.
[[nodiscard]] Option url_argument(ClientArguments& arguments);
void add_client_options(std::vector<Option>& options, ClientArguments& arguments,
                        const ClientWords& words);

// Of the messages that are sent.
[[nodiscard]] ws::Opcode message_opcode(const ClientArguments& arguments);

// Errors: ErrorCode::malformed_url, ErrorCode::invalid_argument.
[[nodiscard]] Result<app::ClientConfig> make_client_config(const ClientArguments& arguments);

}  // namespace wsb::cli

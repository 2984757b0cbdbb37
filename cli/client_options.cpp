#include "cli/client_options.h"

#include <algorithm>
#include <cstdlib>

#include "cli/version.h"
#include "core/base/text.h"
#include "core/proto/http/url.h"

namespace wsb::cli {
namespace {

constexpr std::string_view kRequest = "Request";
constexpr std::string_view kMessages = "Messages";
constexpr std::string_view kStopping = "Stopping";
constexpr std::string_view kOutput = "Output";
// Bounded by the input queue of the client instead.
constexpr ByteSize kSendBuffer = 4096_MiB;

Error usage_error(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

// curl's forms: "K: V"; "K;" for an empty value; "K:" removes a default.
Result<http::Header> parse_header(std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool empty_value = colon == std::string_view::npos && text.ends_with(';');
  if (colon == std::string_view::npos && !empty_value) {
    return usage_error("--header: '" + printable(text) + "' has no colon: expected 'Name: value'");
  }
  const std::string_view name =
      trim(empty_value ? text.substr(0, text.size() - 1) : text.substr(0, colon));
  const std::string_view value = empty_value ? "" : trim(text.substr(colon + 1));
  if (!http::is_token(name)) {
    return usage_error("--header: '" + printable(name) + "' is not a header name");
  }
  if (!http::is_header_value(value)) {
    return usage_error("--header: '" + printable(value) + "' is not a header value");
  }
  return http::Header{std::string(name), std::string(value)};
}

Result<void> add_headers(net::ConnectConfig& config, const ClientArguments& arguments) {
  for (const std::string& text : arguments.headers) {
    auto header = parse_header(text);
    if (!header) return std::move(header).error();
    if (header->value.empty() && text.find(':') != std::string::npos) {
      config.removed_headers.push_back(std::move(header->name));
    } else {
      config.headers.add(std::move(header->name), std::move(header->value));
    }
  }
  const auto is_user_agent = [](std::string_view name) {
    return equals_ignore_case(name, "User-Agent");
  };
  const bool removed =
      std::any_of(config.removed_headers.begin(), config.removed_headers.end(), is_user_agent);
  if (!removed && config.headers.count("User-Agent") == 0) {
    config.headers.add("User-Agent", "wsb/" + std::string(version()));
  }
  return {};
}

void add_subprotocols(net::ConnectConfig& config, const ClientArguments& arguments) {
  for (const std::string& list : arguments.subprotocols) {
    for (const std::string_view name : split(list, ',')) {
      config.subprotocols.emplace_back(trim(name));
    }
  }
}

Result<void> add_socketio(app::ClientConfig& config, const ClientArguments& arguments) {
  auto options = make_socketio_options(arguments.socketio);
  if (!options) return std::move(options).error();
  if (!arguments.socketio.on) {
    return arguments.ack ? usage_error("--ack is for --socketio") : Result<void>{};
  }
  ask_for_socketio(config.connect);
  config.socketio.emplace();
  config.socketio->options = std::move(*options);
  config.socketio->ask_acks = arguments.ack;
  config.socketio->tell_joined = arguments.verbose > 0;
  config.socketio->tell_packets = arguments.verbose > 1;
  return {};
}

void add_message_options(std::vector<Option>& options, ClientArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "-b,--binary",
           .group = kMessages,
           .target = &a.binary,
           .brief = "send binary messages, not text",
           .text =
               "Send binary messages. Without it messages are text, and input that is not UTF-8 "
               "is an error (status 26); it is never re-encoded. With --socketio: send binary "
               "arguments, which are '@file' of 'wsb send' and {\"base64\":\"AP8=\"} in a line.",
           .fallback = "text",
           .example = "wsb send -b ws://localhost:3000/ @picture.png"},
          {.names = "--max-message",
           .value = "SIZE",
           .group = kMessages,
           .target = SizeTarget{&a.max_message, {1}, 4096_MiB},
           .brief = "largest message to accept",
           .text = "The largest message to accept, after decompression. A larger one ends the "
                   "connection with close code 1009 and status 63.",
           .fallback = "64MiB",
           .range = "1B to 4GiB, such as 100kB, 1MiB",
           .example = "wsb connect --max-message 1GiB ws://localhost:3000/"},
      });
}

void add_stop_options(std::vector<Option>& options, ClientArguments& a, const ClientWords& words) {
  options.insert(
      options.end(),
      {
          {.names = "-c,--count",
           .value = "N",
           .group = kStopping,
           .target = CountTarget{&a.count, 1'000'000'000'000},
           .brief = "stop after N messages",
           .text = words.count_text,
           .fallback = words.count_fallback,
           .range = "0 to 1000000000000",
           .example = "wsb connect -c 3 ws://localhost:3000/"},
          {.names = "-1,--one-message",
           .group = kStopping,
           .target = OneCountTarget{&a.count},
           .brief = "the same as --count 1",
           .text = "The same as --count 1.",
           .example = "wsb connect -1 ws://localhost:3000/"},
          {.names = "-m,--max-time",
           .value = "TIME",
           .group = kStopping,
           .target = DurationTarget{&a.max_time, 0ns, kLongestOption},
           .brief = "give up after this time",
           .text = "Give up after this time, whatever is missing: the status is 28. 0 means never.",
           .fallback = words.max_time_fallback,
           .range = "0 to a year, such as 500ms, 10s, 1h",
           .example = "wsb send -m 2s ws://localhost:8080/echo ping"},
          {.names = "-n,--no-close",
           .group = kStopping,
           .target = &a.no_close,
           .brief = "stay connected after the end of input",
           .text = "Do not close after the end of input: stay until the server does.",
           .example = "echo subscribe | wsb connect -n ws://localhost:3000/"},
          {.names = "-E,--exit-on-eof",
           .group = kStopping,
           .target = &a.exit_on_eof,
           .brief = "close at the end of input, without waiting",
           .text =
               "Close as soon as the input has been sent, without waiting for anything. Replies "
               "on their way may be lost: most servers send nothing after a Close.",
           .example = "wsb connect -E ws://localhost:3000/ < events.ndjson"},
          {.names = "--close-timeout",
           .value = "TIME",
           .group = kStopping,
           .target = DurationTarget{&a.close_timeout, 1ms, kLongestOption},
           .brief = "wait so long for the peer's Close",
           .text = "Wait so long for the peer's Close frame after our own, and for the pong at the "
                   "end of input.",
           .fallback = "5s",
           .range = "1ms to a year",
           .example = "wsb connect --close-timeout 500ms ws://localhost:3000/"},
      });
}

void add_output_options(std::vector<Option>& options, ClientArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "-v,--verbose",
           .group = kOutput,
           .target = LevelTarget{&a.verbose},
           .brief = "show handshake and close on stderr",
           .text =
               "Show on standard error: addresses, TLS, the upgrade request and its answer, how "
               "long each step took, and how the connection ended. Twice, with --socketio: every "
               "packet too, as it goes over the WebSocket, binary in hexadecimal.",
           .example = "wsb send -v ws://localhost:8080/echo hello"},
          {.names = "-q,--quiet",
           .group = kOutput,
           .target = &a.quiet,
           .brief = "errors only",
           .text = "Print errors only, no warnings.",
           .example = "wsb connect -q ws://localhost:3000/ > log"},
      });
}

}  // namespace

void add_request_options(std::vector<Option>& options, ClientArguments& a) {
  options.insert(
      options.end(),
      {
          {.names = "-H,--header",
           .value = "'K: V'",
           .group = kRequest,
           .target = &a.headers,
           .brief = "add a header to the upgrade request",
           .text = "Add a header to the upgrade request. 'K;' sends it with an empty value, 'K:' "
                   "leaves out a header that wsb would send.",
           .example = "wsb connect -H 'Authorization: Bearer x' wss://example.com/feed"},
          {.names = "-s,--subprotocol",
           .value = "NAME",
           .group = kRequest,
           .target = &a.subprotocols,
           .brief = "offer a subprotocol",
           .text = "Offer a subprotocol; several in the order of preference, repeated or separated "
                   "by commas. A server that chooses one that was not offered is an error (status "
                   "8).",
           .example = "wsb connect -s graphql-transport-ws wss://example.com/graphql"},
          {.names = "--compress",
           .negated = "--no-compress",
           .group = kRequest,
           .target = &a.compress,
           .brief = "offer permessage-deflate, or not",
           .text = "Offer the extension permessage-deflate (RFC 7692), as browsers do; the server "
                   "decides.",
           .fallback = "offered",
           .example = "wsb connect --no-compress ws://localhost:3000/"},
          {.names = "--connect-timeout",
           .value = "TIME",
           .group = kRequest,
           .target = DurationTarget{&a.connect_timeout, 1ms, kLongestOption},
           .brief = "for name, TCP, TLS and upgrade together",
           .text = "The longest time from the start until the upgrade is done: name resolution, "
                   "TCP, TLS and the handshake together. Then the status is 28.",
           .fallback = "10s",
           .range = "1ms to a year, such as 500ms, 3s, 1m",
           .example = "wsb send --connect-timeout 2s ws://localhost:8080/echo ping"},
          {.names = "-k,--insecure",
           .group = kRequest,
           .target = &a.insecure,
           .brief = "accept any certificate",
           .text = "Accept any certificate of the server: the connection is encrypted, but nobody "
                   "knows to whom.",
           .example = "wsb connect -k wss://localhost:3000/"},
          {.names = "--cacert",
           .value = "FILE",
           .group = kRequest,
           .target = &a.ca_file,
           .brief = "trust the certificates in this PEM file",
           .text = "Trust the certificates in this PEM file instead of the system's.",
           .fallback = "the system's",
           .example = "wsb connect --cacert ca.pem wss://test.local/",
           .hint = Hint::file},
      });
}

Option url_argument(ClientArguments& arguments) {
  return {.names = "URL",
          .group = "Arguments",
          .target = &arguments.url,
          .brief = "where to connect to",
          .text = "ws://, wss://, http:// or https://, or a short form: host[:port]/path, "
                  ":port/path.",
          .hint = Hint::url};
}

void add_client_options(std::vector<Option>& options, ClientArguments& arguments,
                        const ClientWords& words) {
  add_message_options(options, arguments);
  add_client_socketio_options(options, arguments.socketio);
  options.push_back({.names = "--ack",
                     .group = "Socket.IO",
                     .target = &arguments.ack,
                     .brief = "ask for an ack of every event",
                     .text = "Ask the server for an ack of every event that is sent. It is printed "
                             "as 'ack#N' and its arguments, where events are counted from 0. Only "
                             "acks are then the replies that end the wait.",
                     .example = "wsb send --socketio --ack http://localhost:3000 broadcast hi"});
  add_stop_options(options, arguments, words);
  add_request_options(options, arguments);
  add_output_options(options, arguments);
}

ws::Opcode message_opcode(const ClientArguments& arguments) {
  return arguments.binary ? ws::Opcode::binary : ws::Opcode::text;
}

Result<app::ClientConfig> make_client_config(const ClientArguments& arguments) {
  auto url = http::parse_url(arguments.url);
  if (!url) return std::move(url).error();
  if (arguments.no_close && arguments.exit_on_eof) {
    return usage_error("--no-close and --exit-on-eof exclude each other");
  }
  app::ClientConfig config;
  config.connect.url = std::move(*url);
  WSB_TRY(add_headers(config.connect, arguments));
  add_subprotocols(config.connect, arguments);
  config.connect.deflate = arguments.compress;
  config.connect.tls.verify = !arguments.insecure;
  config.connect.tls.ca_file = arguments.ca_file;
  if (const char* file = std::getenv("SSLKEYLOGFILE")) config.connect.tls.key_log_file = file;
  config.connect.connect_timeout = arguments.connect_timeout;
  config.connect.close_timeout = arguments.close_timeout;
  config.connect.max_message = arguments.max_message;
  config.connect.max_send_buffer = kSendBuffer;
  config.count = arguments.count;
  config.max_time = arguments.max_time;
  if (arguments.no_close) config.at_end = app::EndOfInput::hold;
  if (arguments.exit_on_eof) config.at_end = app::EndOfInput::close;
  WSB_TRY(add_socketio(config, arguments));
  WSB_TRY(app::validate(config));
  return config;
}

}  // namespace wsb::cli

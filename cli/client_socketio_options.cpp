#include "cli/client_socketio_options.h"

#include <utility>

#include "core/app/small_file.h"
#include "core/app/socketio_text.h"
#include "core/base/text.h"
#include "core/proto/engineio/client_session.h"
#include "core/proto/socketio/packet.h"

namespace wsb::cli {
namespace {

Error usage_error(std::string message) {
  return make_error(ErrorCode::invalid_argument, std::move(message));
}

Result<Bytes> read_auth(const std::string& text) {
  const bool is_file = text.starts_with('@');
  std::string json = text;
  if (is_file) {
    auto content = app::read_small_file("auth file", text.substr(1));
    if (!content) return std::move(content).error();
    json = std::move(*content);
  }
  auto auth = app::check_auth(json);
  if (auth) return auth;
  return usage_error("--auth: " + (is_file ? "'" + printable(text.substr(1)) + "'" : "it") + ' ' +
                     auth.error().message);
}

}  // namespace

void add_client_socketio_options(std::vector<Option>& options, SocketioArguments& arguments) {
  constexpr std::string_view kSocketio = "Socket.IO";
  options.insert(
      options.end(),
      {
          {.names = "--socketio",
           .group = kSocketio,
           .target = &arguments.on,
           .brief = "speak Socket.IO 4 over a WebSocket",
           .text = "Speak Socket.IO (protocol 5, of the releases 3 and 4) over Engine.IO 4. Only "
                   "the WebSocket transport: a server that allows polling alone is not reached. "
                   "The path of the URL is that of Engine.IO, '/socket.io/' where it has none.",
           .example = "wsb connect --socketio http://localhost:3000"},
          {.names = "--namespace",
           .value = "NAME",
           .group = kSocketio,
           .target = &arguments.nsp,
           .brief = "the namespace to join",
           .text = "The namespace to join. The connection counts as open once the server has let "
                   "us in; its refusal has status 22 and is told with what the server says of it.",
           .fallback = "/",
           .example = "wsb connect --socketio --namespace /admin http://localhost:3000"},
          {.names = "--auth",
           .value = "JSON|@FILE",
           .group = kSocketio,
           .target = &arguments.auth,
           .brief = "what authenticates with the namespace",
           .text = "The object that the server gets as 'socket.handshake.auth'. From a file, a "
                   "secret is not seen in the list of processes.",
           .fallback = "nothing",
           .example = "wsb connect --socketio --auth @secret.json http://localhost:3000",
           .hint = Hint::file},
      });
}

Result<session::SocketioOptions> make_socketio_options(const SocketioArguments& arguments) {
  session::SocketioOptions options;
  if (!arguments.on) {
    if (!arguments.nsp.empty()) return usage_error("--namespace is for --socketio");
    if (!arguments.auth.empty()) return usage_error("--auth is for --socketio");
    return options;
  }
  // As io.of() of the official library does.
  if (!arguments.nsp.empty()) {
    options.nsp = (arguments.nsp.starts_with('/') ? "" : "/") + arguments.nsp;
  }
  if (const auto named = socketio::check_namespace(options.nsp); !named) {
    return usage_error("--namespace '" + printable(options.nsp) + "': " + named.error().message);
  }
  if (arguments.auth.empty()) return options;
  auto auth = read_auth(arguments.auth);
  if (!auth) return std::move(auth).error();
  options.auth = std::move(*auth);
  return options;
}

void ask_for_socketio(net::ConnectConfig& config) {
  const std::string_view target = config.url.target;
  const std::size_t mark = target.find('?');
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (query.find("EIO=") != std::string_view::npos) return;
  config.url.target = engineio::websocket_target(target.substr(0, mark), query);
}

}  // namespace wsb::cli

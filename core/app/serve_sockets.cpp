#include "core/app/serve_sockets.h"

#include <cstddef>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/check.h"

namespace wsb::app {

namespace {

// Absolute, since whoever is to use it may be elsewhere.
std::string unix_url(bool tls, const std::string& path) {
  std::error_code failed;
  std::string shown = path;
  if (!path.starts_with('@')) shown = std::filesystem::absolute(path, failed).string();
  return std::string(tls ? "wss" : "ws") + "+unix:" + (failed ? path : shown) + ":/";
}

void add_place(ServeSockets& out, std::vector<net::ListenSocket> sockets, bool tls) {
  WSB_CHECK(sockets.size() == out.of_worker.size());
  const net::ListenSocket& first = sockets.front();
  if (first.is_unix()) {
    out.urls.push_back(unix_url(tls, first.host()));
  } else {
    out.hosts.push_back(first.host());
    out.urls.push_back(origin_text("ws", tls, first.host(), first.port()));
    if (out.page_url.empty()) {
      out.page_url = origin_text("http", tls, first.host(), first.port());
    }
  }
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    out.of_worker[i].push_back(std::move(sockets[i]));
  }
}

}  // namespace

Result<ServeSockets> open_serve_sockets(const ServeConfig& config, net::Runtime& runtime,
                                        int workers) {
  ServeSockets out;
  out.of_worker.resize(static_cast<std::size_t>(workers));
  if (config.listens_on_address()) {
    auto sockets = runtime.open_listen_sockets(config.host, config.port, workers);
    if (!sockets) return std::move(sockets).error();
    add_place(out, *std::move(sockets), config.tls());
  }
  if (!config.unix_path.empty()) {
    const mode_t mode = net::parse_file_mode(config.unix_mode).value();
    auto opened = net::open_unix_listen_sockets(config.unix_path, mode, workers);
    if (!opened) return std::move(opened).error().with_context("--unix");
    out.file = std::move(opened->file);
    add_place(out, std::move(opened->sockets), config.tls());
  }
  return out;
}

Result<ServeSockets> share_passed_sockets(std::vector<net::ListenSocket> passed, bool tls,
                                          int workers) {
  ServeSockets out;
  out.of_worker.resize(static_cast<std::size_t>(workers));
  for (net::ListenSocket& socket : passed) {
    auto sockets = net::share_listen_socket(std::move(socket), workers);
    if (!sockets) return std::move(sockets).error();
    add_place(out, *std::move(sockets), tls);
  }
  return out;
}

}  // namespace wsb::app

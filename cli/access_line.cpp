#include "cli/access_line.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "cli/log_time.h"
#include "core/base/json_text.h"
#include "core/base/text.h"

namespace wsb::cli {
namespace {

using Kind = net::AccessEntry::Kind;

// As nginx escapes: what is not printable ASCII, '"' and '\' become \xNN, and with `space` spaces.
void append_escaped(std::string& out, std::string_view text, bool space = false) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
    if (plain && !(space && c == ' ')) {
      out += c;
    } else {
      out += format("\\x%02X", byte);
    }
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += " \"";
  append_escaped(out, text.empty() ? "-" : text);
  out += '"';
}

// The Common Log Format has no ports.
std::string_view host_of(std::string_view remote) {
  if (remote.starts_with('[')) return remote.substr(1, remote.find(']') - 1);
  const std::size_t colon = remote.find(':');
  const bool one = colon != std::string_view::npos && remote.find(':', colon + 1) == remote.npos;
  return one ? remote.substr(0, colon) : remote;
}

std::string protocol_of(const net::AccessRequest& request) {
  return "HTTP/1." + std::to_string(request.version_minor);
}

std::string request_line(const net::AccessEntry& entry) {
  const net::AccessRequest& request = entry.request;
  if (request.method.empty()) return {};
  const std::string method = entry.kind == Kind::closed ? "CLOSE" : request.method;
  return method + ' ' + request.target + ' ' + protocol_of(request);
}

std::string seconds_of(Duration duration) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  return format("%lld.%06lld", static_cast<long long>(us / 1'000'000),
                static_cast<long long>(us % 1'000'000));
}

std::string_view name_of(net::CloseInfo::By by) {
  switch (by) {
    case net::CloseInfo::By::local: return "server";
    case net::CloseInfo::By::peer: return "client";
    case net::CloseInfo::By::network: return "network";
  }
  return "";
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::request: return "request";
    case Kind::refused: return "refused";
    case Kind::opened: return "opened";
    case Kind::closed: return "closed";
  }
  return "";
}

class Object {
 public:
  void add(std::string_view name, std::string_view text) {
    begin(name);
    append_json_string(out_, text);
  }
  void add_number(std::string_view name, const std::string& number) {
    begin(name);
    out_ += number;
  }
  void add(std::string_view name, std::uint64_t number) {
    add_number(name, std::to_string(number));
  }
  void add_unless_empty(std::string_view name, std::string_view text) {
    if (!text.empty()) add(name, text);
  }
  [[nodiscard]] std::string end() && { return std::move(out_) + "}\n"; }

 private:
  void begin(std::string_view name) {
    out_ += out_.empty() ? "{\"" : ",\"";
    out_ += name;
    out_ += "\":";
  }

  std::string out_;
};

void add_end(Object& object, const net::AccessEntry& entry) {
  object.add("close", entry.close->code);
  object.add("by", name_of(entry.close->by));
  object.add_unless_empty("reason", entry.close->reason);
  object.add("messages_in", entry.stats->messages_in);
  object.add("bytes_in", entry.stats->payload_bytes_in);
  object.add("messages_out", entry.stats->messages_out);
  object.add("bytes_out", entry.stats->payload_bytes_out);
  if (entry.stats->dropped_messages > 0) object.add("dropped", entry.stats->dropped_messages);
}

void append_end(std::string& out, const net::AccessEntry& entry) {
  const net::ConnectionStats& stats = *entry.stats;
  out += format(" close=%u by=%s duration=%s", static_cast<unsigned>(entry.close->code),
                std::string(name_of(entry.close->by)).c_str(), seconds_of(entry.duration).c_str());
  out += " messages_in=" + std::to_string(stats.messages_in);
  out += " bytes_in=" + std::to_string(stats.payload_bytes_in);
  out += " messages_out=" + std::to_string(stats.messages_out);
  out += " bytes_out=" + std::to_string(stats.payload_bytes_out);
}

}  // namespace

std::string access_line_text(const net::AccessEntry& entry,
                             std::chrono::system_clock::time_point time) {
  const net::AccessRequest& request = entry.request;
  std::string out;
  append_escaped(out, request.remote.empty() ? "-" : host_of(request.remote), true);
  out += " - ";
  append_escaped(out, request.user.empty() ? "-" : request.user, true);
  out += " [" + common_log_time(time) + ']';
  append_quoted(out, request_line(entry));
  out += ' ' + std::to_string(entry.status) + ' ' + std::to_string(entry.bytes);
  append_quoted(out, request.referer);
  append_quoted(out, request.user_agent);
  if (entry.kind == Kind::closed) append_end(out, entry);
  return out + '\n';
}

std::string access_line_json(const net::AccessEntry& entry,
                             std::chrono::system_clock::time_point time) {
  const net::AccessRequest& request = entry.request;
  Object object;
  object.add("time", iso_time(time));
  object.add("event", name_of(entry.kind));
  object.add("client", request.remote);
  object.add_unless_empty("user", request.user);
  if (!request.method.empty()) {
    object.add("method", request.method);
    object.add("target", request.target);
    object.add("protocol", protocol_of(request));
  }
  object.add("status", static_cast<std::uint64_t>(entry.status));
  if (entry.kind != Kind::closed) object.add("bytes", entry.bytes);
  object.add_number("duration", seconds_of(entry.duration));
  object.add_unless_empty("referer", request.referer);
  object.add_unless_empty("user_agent", request.user_agent);
  if (entry.kind == Kind::closed) add_end(object, entry);
  return std::move(object).end();
}

}  // namespace wsb::cli

#include "core/app/static_path.h"

#include "core/base/encoding.h"
#include "core/base/limits.h"
#include "core/base/text.h"

namespace wsb::app {

namespace {

// One name, decoded (RFC 3986 §2.1). Decoding follows splitting, so an encoded slash cannot split.
std::optional<std::string> decode_name(std::string_view encoded) {
  std::string name;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] != '%') {
      name += encoded[i];
      continue;
    }
    const std::string_view digits = encoded.substr(i + 1, 2);
    const std::optional<Bytes> byte = digits.size() == 2 && digits.find(' ') == digits.npos
                                          ? hex_decode(digits)
                                          : std::nullopt;
    if (!byte) return std::nullopt;
    name += *byte;
    i += 2;
  }
  return name;
}

bool is_served(std::string_view name) {
  if (name.empty() || name.front() == '.') return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '/' || c == '\\') return false;
  }
  return true;
}

}  // namespace

std::optional<StaticPath> parse_static_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  StaticPath parsed;
  parsed.folder = path.back() == '/';
  if (path == "/") return parsed;
  path.remove_prefix(1);
  if (parsed.folder) path.remove_suffix(1);
  for (const std::string_view part : split(path, '/')) {
    std::optional<std::string> name = decode_name(part);
    if (!name || !is_served(*name)) return std::nullopt;
    if (parsed.names.size() >= limits::kStaticPathDepth) return std::nullopt;
    parsed.names.push_back(*std::move(name));
  }
  return parsed;
}

}  // namespace wsb::app

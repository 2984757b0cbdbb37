#include "core/app/static_path.h"

#include <array>

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

struct MimeType {
  std::string_view ending;
  std::string_view type;
};

constexpr std::array kMimeTypes{
    MimeType{"html", "text/html; charset=utf-8"},
    MimeType{"htm", "text/html; charset=utf-8"},
    MimeType{"css", "text/css; charset=utf-8"},
    MimeType{"js", "text/javascript; charset=utf-8"},
    MimeType{"mjs", "text/javascript; charset=utf-8"},
    MimeType{"json", "application/json"},
    MimeType{"map", "application/json"},
    MimeType{"webmanifest", "application/manifest+json"},
    MimeType{"txt", "text/plain; charset=utf-8"},
    MimeType{"md", "text/markdown; charset=utf-8"},
    MimeType{"csv", "text/csv; charset=utf-8"},
    MimeType{"xml", "application/xml"},
    MimeType{"svg", "image/svg+xml"},
    MimeType{"png", "image/png"},
    MimeType{"jpg", "image/jpeg"},
    MimeType{"jpeg", "image/jpeg"},
    MimeType{"gif", "image/gif"},
    MimeType{"webp", "image/webp"},
    MimeType{"avif", "image/avif"},
    MimeType{"ico", "image/x-icon"},
    MimeType{"woff", "font/woff"},
    MimeType{"woff2", "font/woff2"},
    MimeType{"ttf", "font/ttf"},
    MimeType{"otf", "font/otf"},
    MimeType{"wasm", "application/wasm"},
    MimeType{"pdf", "application/pdf"},
    MimeType{"mp3", "audio/mpeg"},
    MimeType{"ogg", "audio/ogg"},
    MimeType{"wav", "audio/wav"},
    MimeType{"mp4", "video/mp4"},
    MimeType{"webm", "video/webm"},
    MimeType{"zip", "application/zip"},
    MimeType{"gz", "application/gzip"},
};

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

std::string_view content_type_of(std::string_view file_name) {
  const std::size_t dot = file_name.rfind('.');
  if (dot != file_name.npos) {
    const std::string_view ending = file_name.substr(dot + 1);
    for (const MimeType& known : kMimeTypes) {
      if (equals_ignore_case(known.ending, ending)) return known.type;
    }
  }
  return "application/octet-stream";
}

}  // namespace wsb::app

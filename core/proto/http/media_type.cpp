#include "core/proto/http/media_type.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/base/text.h"

namespace wsb::http {
namespace {

struct MediaType {
  std::string_view ending;
  std::string_view type;
};

constexpr std::array kMediaTypes{
    MediaType{"html", "text/html; charset=utf-8"},
    MediaType{"htm", "text/html; charset=utf-8"},
    MediaType{"css", "text/css; charset=utf-8"},
    MediaType{"js", "text/javascript; charset=utf-8"},
    MediaType{"mjs", "text/javascript; charset=utf-8"},
    MediaType{"cjs", "text/javascript; charset=utf-8"},
    MediaType{"txt", "text/plain; charset=utf-8"},
    MediaType{"log", "text/plain; charset=utf-8"},
    MediaType{"md", "text/markdown; charset=utf-8"},
    MediaType{"csv", "text/csv; charset=utf-8"},
    MediaType{"json", "application/json"},
    MediaType{"map", "application/json"},
    MediaType{"ndjson", "application/x-ndjson"},
    MediaType{"webmanifest", "application/manifest+json"},
    MediaType{"xml", "application/xml"},
    MediaType{"xhtml", "application/xhtml+xml"},
    MediaType{"atom", "application/atom+xml"},
    MediaType{"rss", "application/rss+xml"},
    MediaType{"wasm", "application/wasm"},
    MediaType{"pdf", "application/pdf"},
    MediaType{"zip", "application/zip"},
    MediaType{"gz", "application/gzip"},
    MediaType{"svg", "image/svg+xml"},
    MediaType{"png", "image/png"},
    MediaType{"apng", "image/apng"},
    MediaType{"jpg", "image/jpeg"},
    MediaType{"jpeg", "image/jpeg"},
    MediaType{"gif", "image/gif"},
    MediaType{"webp", "image/webp"},
    MediaType{"avif", "image/avif"},
    MediaType{"bmp", "image/bmp"},
    MediaType{"ico", "image/x-icon"},
    MediaType{"woff", "font/woff"},
    MediaType{"woff2", "font/woff2"},
    MediaType{"ttf", "font/ttf"},
    MediaType{"otf", "font/otf"},
    MediaType{"mp3", "audio/mpeg"},
    MediaType{"m4a", "audio/mp4"},
    MediaType{"ogg", "audio/ogg"},
    MediaType{"opus", "audio/ogg"},
    MediaType{"wav", "audio/wav"},
    MediaType{"flac", "audio/flac"},
    MediaType{"mp4", "video/mp4"},
    MediaType{"webm", "video/webm"},
    MediaType{"mov", "video/quicktime"},
};

constexpr std::array<std::string_view, 8> kCompressible{"application/javascript",
                                                        "application/json",
                                                        "application/manifest+json",
                                                        "application/wasm",
                                                        "application/xml",
                                                        "application/x-ndjson",
                                                        "font/otf",
                                                        "font/ttf"};

}  // namespace

std::string_view media_type_of(std::string_view file_name) {
  if (const std::size_t slash = file_name.rfind('/'); slash != std::string_view::npos) {
    file_name.remove_prefix(slash + 1);
  }
  if (const std::size_t dot = file_name.rfind('.'); dot != std::string_view::npos) {
    const std::string_view ending = file_name.substr(dot + 1);
    for (const MediaType& known : kMediaTypes) {
      if (equals_ignore_case(known.ending, ending)) return known.type;
    }
  }
  return "application/octet-stream";
}

bool is_compressible(std::string_view media_type) {
  const std::string type = to_lower(trim(media_type.substr(0, media_type.find(';'))));
  if (type.starts_with("text/") || type.ends_with("+xml") || type.ends_with("+json")) return true;
  return std::find(kCompressible.begin(), kCompressible.end(), type) != kCompressible.end();
}

}  // namespace wsb::http

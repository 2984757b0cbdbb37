#include "core/net/lws/extension_header.h"

#include <cstring>
#include <string>

#include <libwebsockets.h>

#include "core/net/lws/lws_context.h"

namespace wsb::net {
namespace {

// All headers of a request lie in one block of LwsContext::kHeaderBytes, the path first; a pointer
// to the path is what there is to be had. This is more than what can stand before it.
constexpr std::size_t kBeforePath = 64;
// Of other extensions, each in a field of its own, before ours; then the limit of 255 is far.
constexpr std::size_t kMaxSkippedBytes = 128;

std::string field_of(lws* wsi, int index) {
  const int length = lws_hdr_fragment_length(wsi, WSI_TOKEN_EXTENSIONS, index);
  if (length <= 0) return {};
  std::string out(static_cast<std::size_t>(length) + 1, '\0');
  lws_hdr_copy_fragment(wsi, out.data(), length + 1, WSI_TOKEN_EXTENSIONS, index);
  out.resize(std::strlen(out.c_str()));
  return out;
}

// Writes `text` and a zero over the field, wherever else its words may stand as well.
bool overwrite(lws* wsi, int index, std::string_view text) {
  char* path = nullptr;
  int path_length = 0;
  if (lws_http_get_uri_and_method(wsi, &path, &path_length) < 0 || path == nullptr) return false;
  const std::string field = field_of(wsi, index);
  const std::string_view block(path, LwsContext::kHeaderBytes - kBeforePath);
  for (std::size_t at = block.find(field); at != std::string_view::npos;
       at = block.find(field, at + 1)) {
    if (!text.empty()) std::memcpy(path + at, text.data(), text.size());
    if (text.size() < field.size()) path[at + text.size()] = '\0';
    if (field_of(wsi, index) == text) return true;
  }
  return false;
}

}  // namespace

bool cut_extensions(lws* wsi, std::string_view keep) {
  int index = 0;
  std::size_t skipped = 0;
  if (!keep.empty()) {
    std::size_t size = field_of(wsi, index).size();
    for (; size > 0 && size < keep.size(); size = field_of(wsi, index).size()) {
      skipped += size + 1;
      ++index;
    }
    if (size == 0 || skipped > kMaxSkippedBytes) return false;
    if (!overwrite(wsi, index, keep)) return false;
    ++index;
  }
  return field_of(wsi, index).empty() || overwrite(wsi, index, {});
}

}  // namespace wsb::net

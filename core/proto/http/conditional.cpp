#include "core/proto/http/conditional.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "core/base/text.h"

namespace wsb::http {
namespace {

using EtagMatch = bool (*)(std::string_view, std::string_view);

bool is_weak(std::string_view etag) { return etag.starts_with("W/"); }

std::string_view opaque_tag(std::string_view etag) { return etag.substr(is_weak(etag) ? 2 : 0); }

// The size of the entity tag at the front (§8.8.3); 0: none. A backslash in it escapes nothing.
std::size_t etag_size(std::string_view text) {
  const std::size_t open = is_weak(text) ? 2 : 0;
  if (text.size() <= open || text[open] != '"') return 0;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '"') return i + 1;
    if (byte <= 0x20 || byte == 0x7F) return 0;
  }
  return 0;
}

bool is_etag(std::string_view text) { return !text.empty() && etag_size(text) == text.size(); }

// The entity tags of a list; what follows the first thing that is none is left out.
std::vector<std::string_view> etags_of(std::string_view list) {
  std::vector<std::string_view> etags;
  while (true) {
    list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
    const std::size_t size = etag_size(list);
    if (size == 0) return etags;
    etags.push_back(list.substr(0, size));
    list.remove_prefix(size);
  }
}

bool any_matches(const std::vector<std::string_view>& lists, std::string_view current,
                 EtagMatch match) {
  for (const std::string_view list : lists) {
    if (trim(list) == "*") return true;
    for (const std::string_view etag : etags_of(list)) {
      if (match(etag, current)) return true;
    }
  }
  return false;
}

// The date of a field that is there once; several are no date.
std::optional<sys_seconds> date_in(const Headers& headers, std::string_view name, sys_seconds now) {
  const std::vector<std::string_view> values = headers.all(name);
  if (values.size() != 1) return std::nullopt;
  return parse_http_date(trim(values.front()), now);
}

bool changed_since_seen(const Headers& headers, const Validators& current, sys_seconds now) {
  if (const auto lists = headers.all("If-Match"); !lists.empty()) {
    return !any_matches(lists, current.etag, etags_match_strongly);
  }
  const auto seen = date_in(headers, "If-Unmodified-Since", now);
  return seen && current.last_modified && *current.last_modified > *seen;
}

}  // namespace

Precondition judge_preconditions(const Headers& headers, std::string_view method,
                                 const Validators& current, sys_seconds now) {
  if (changed_since_seen(headers, current, now)) return Precondition::failed;

  const bool reads = method == "GET" || method == "HEAD";
  if (const auto lists = headers.all("If-None-Match"); !lists.empty()) {
    if (!any_matches(lists, current.etag, etags_match_weakly)) return Precondition::proceed;
    return reads ? Precondition::not_modified : Precondition::failed;
  }
  if (!reads || !current.last_modified) return Precondition::proceed;
  const auto seen = date_in(headers, "If-Modified-Since", now);
  if (seen && *current.last_modified <= *seen) return Precondition::not_modified;
  return Precondition::proceed;
}

bool etags_match_strongly(std::string_view a, std::string_view b) {
  return is_etag(a) && a == b && !is_weak(a);
}

bool etags_match_weakly(std::string_view a, std::string_view b) {
  return is_etag(a) && is_etag(b) && opaque_tag(a) == opaque_tag(b);
}

}  // namespace wsb::http

#include "core/app/built_in_page.h"

#include "core/base/encoding.h"

namespace wsb::app {

namespace {

constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string make_etag(std::string_view body) {
  const std::array<char, 20> digest = sha1(body);
  return '"' + hex_encode({digest.data(), 8}) + '"';
}

}  // namespace

BuiltInPage::BuiltInPage(WebAssets assets) {
  for (const WebAsset& asset : assets) {
    File file;
    file.path = asset.path;
    file.etag = make_etag(asset.body);
    file.headers.add("Content-Type", std::string(asset.content_type));
    const bool is_script_for_others = asset.path.starts_with(kClientFolder);
    file.headers.add("Cache-Control", is_script_for_others ? "public, max-age=0" : "no-cache");
    file.headers.add("ETag", file.etag);
    file.headers.add("X-Content-Type-Options", "nosniff");
    if (!is_script_for_others) {
      file.headers.add("Referrer-Policy", "no-referrer");
      file.headers.add("Content-Security-Policy", std::string(kContentSecurityPolicy));
    }
    file.body = std::make_shared<const Bytes>(asset.body);
    files_.push_back(std::move(file));
  }
}

std::optional<net::HttpResponse> BuiltInPage::find(
    std::string_view path, std::optional<std::string_view> if_none_match) const {
  for (const File& file : files_) {
    if (file.path != path) continue;
    net::HttpResponse response;
    response.headers = file.headers;
    if (if_none_match && etag_matches(*if_none_match, file.etag)) {
      response.status = 304;
    } else {
      response.body = file.body;
    }
    return response;
  }
  return std::nullopt;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  for (std::string_view candidate : http::split_list(if_none_match)) {
    if (candidate == "*") return true;
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == etag) return true;
  }
  return false;
}

}  // namespace wsb::app

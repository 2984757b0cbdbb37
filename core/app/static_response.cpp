#include "core/app/static_response.h"

#include <utility>

#include "core/app/serve_responses.h"
#include "core/proto/http/conditional.h"
#include "core/proto/http/range.h"

namespace wsb::app {

namespace {

// A part of another source.
class PartSource final : public net::HttpBodySource {
 public:
  PartSource(std::shared_ptr<net::HttpBodySource> whole, const http::ByteRange& part)
      : whole_(std::move(whole)), part_(part) {}

  [[nodiscard]] std::uint64_t size() const override { return part_.size; }
  [[nodiscard]] bool read(std::uint64_t offset, std::size_t most, Bytes& out) override {
    const std::uint64_t left = part_.size - offset;
    if (left < most) most = static_cast<std::size_t>(left);
    return whole_->read(part_.offset + offset, most, out);
  }

 private:
  const std::shared_ptr<net::HttpBodySource> whole_;
  const http::ByteRange part_;
};

// The pages of a user are the user's: no policy is put on them but that types are what they say.
http::Headers headers_of(const StaticFile& file) {
  http::Headers headers;
  headers.add("Content-Type", std::string(file.content_type));
  headers.add("Cache-Control", "no-cache");
  headers.add("ETag", file.etag);
  headers.add("Last-Modified", http::format_http_date(file.last_modified));
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Accept-Ranges", "bytes");
  if (file.varies) headers.add("Vary", "Accept-Encoding");
  if (file.gzipped) headers.add("Content-Encoding", "gzip");
  return headers;
}

void put_part(net::HttpResponse& response, StaticFile file, const http::ByteRange& part) {
  if (file.source != nullptr) {
    response.source = std::make_shared<PartSource>(std::move(file.source), part);
  } else {
    response.body = std::make_shared<const Bytes>(file.body->substr(
        static_cast<std::size_t>(part.offset), static_cast<std::size_t>(part.size)));
  }
}

}  // namespace

net::HttpResponse static_response(const net::HttpRequest& request, StaticFile file,
                                  http::sys_seconds now) {
  const http::Validators validators{file.etag, file.last_modified};
  net::HttpResponse response;
  response.headers = headers_of(file);
  switch (http::judge_preconditions(request.headers, request.method, validators, now)) {
    case http::Precondition::not_modified: response.status = 304; return response;
    case http::Precondition::failed:
      return text_response(412, "the file is not what the condition says\n");
    case http::Precondition::proceed: break;
  }
  const std::uint64_t total = file.source != nullptr ? file.source->size() : file.body->size();
  http::ByteRange range{http::RangeKind::whole, 0, total};
  if (request.method == "GET") range = http::choose_range(request.headers, total, validators);
  switch (range.kind) {
    case http::RangeKind::whole:
      response.body = std::move(file.body);
      response.source = std::move(file.source);
      break;
    case http::RangeKind::part:
      response.status = 206;
      response.headers.add("Content-Range", http::content_range(range, total));
      put_part(response, std::move(file), range);
      break;
    case http::RangeKind::unsatisfiable:
      response = text_response(416, "the file has no such range\n");
      response.headers.add("Content-Range", http::unsatisfied_content_range(total));
      break;
  }
  return response;
}

}  // namespace wsb::app

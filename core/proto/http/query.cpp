#include "core/proto/http/query.h"

#include "core/base/encoding.h"
#include "core/base/text.h"

namespace wsb::http {
namespace {

bool append_percent_byte(Bytes& out, std::string_view digits) {
  // hex_decode skips spaces, which are no digits here.
  if (digits.size() != 2 || digits.find(' ') != std::string_view::npos) return false;
  const std::optional<Bytes> byte = hex_decode(digits);
  if (!byte) return false;
  out += *byte;
  return true;
}

Error bad_encoding() {
  return make_error(ErrorCode::protocol, "bad percent-encoding in the query");
}

}  // namespace

std::optional<Bytes> decode_form(std::string_view text) {
  Bytes out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out.push_back(' ');
    } else if (text[i] != '%') {
      out.push_back(text[i]);
    } else if (append_percent_byte(out, text.substr(i + 1, 2))) {
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

Result<Query> Query::parse(std::string_view text) {
  Query query;
  for (const std::string_view part : split(text, '&')) {
    if (part.empty()) continue;
    if (query.pairs_.size() == limits::kQueryParameters) {
      return make_error(
          ErrorCode::too_large,
          "the query has more than " + std::to_string(limits::kQueryParameters) + " parameters");
    }
    const std::size_t equals = part.find('=');
    std::optional<Bytes> name = decode_form(part.substr(0, equals));
    if (!name) return bad_encoding();
    const bool has_value = equals != std::string_view::npos;
    std::optional<Bytes> value =
        decode_form(has_value ? part.substr(equals + 1) : std::string_view());
    if (!value) return bad_encoding();
    query.pairs_.emplace_back(*std::move(name), *std::move(value));
  }
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.emplace_back(value);
  }
  return values;
}

}  // namespace wsb::http

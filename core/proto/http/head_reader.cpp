#include "core/proto/http/head_reader.h"

#include <algorithm>

#include "core/base/text.h"

namespace wsb::http {

Result<std::size_t> HeadReader::feed(BytesView in) {
  std::size_t taken = 0;
  while (taken < in.size() && !complete_) {
    const std::string_view rest = in.substr(taken);
    const std::size_t newline = rest.find('\n');
    const std::size_t part = newline == std::string_view::npos ? rest.size() : newline + 1;
    if (part > limits_.bytes - text_.size()) {
      return make_error(ErrorCode::too_large,
                        format("HTTP head longer than %zu bytes", limits_.bytes));
    }
    text_ += rest.substr(0, part);
    taken += part;
    if (newline != std::string_view::npos) WSB_TRY(end_line());
  }
  return taken;
}

Result<void> HeadReader::end_line() {
  // What was collected since the last line, its LF included.
  std::string_view line = std::string_view(text_).substr(line_start_);
  if (line.size() < 2 || line[line.size() - 2] != '\r') {
    return make_error(ErrorCode::protocol, "HTTP line ends with a bare line feed");
  }
  line.remove_suffix(2);
  line_start_ = text_.size();
  if (!have_start_line_) {
    if (line.empty()) return make_error(ErrorCode::protocol, "HTTP start line is empty");
    have_start_line_ = true;
    start_line_size_ = line.size();
    return {};
  }
  if (line.empty()) {
    complete_ = true;
    return {};
  }
  return parse_field(line);
}

Result<void> HeadReader::parse_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    return make_error(ErrorCode::protocol, "HTTP header is folded over two lines");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return make_error(ErrorCode::protocol, "HTTP header has no colon: '" + printable(line) + "'");
  }
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_token(name)) {
    return make_error(ErrorCode::protocol,
                      "HTTP header name is invalid: '" + printable(name) + "'");
  }
  if (!is_header_value(value)) {
    return make_error(ErrorCode::protocol, "HTTP header '" + std::string(name) +
                                               "' has a control character in its value");
  }
  if (headers_.size() == limits_.headers) {
    return make_error(ErrorCode::too_large,
                      format("HTTP head with more than %zu headers", limits_.headers));
  }
  headers_.add(std::string(name), std::string(value));
  return {};
}

std::string_view HeadReader::start_line() const {
  return std::string_view(text_).substr(0, start_line_size_);
}

}  // namespace wsb::http
